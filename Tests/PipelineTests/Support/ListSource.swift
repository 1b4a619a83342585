import Foundation
import Synchronization

@testable import Pipeline

/// One partition from memory, with a group that assigns it at once and never to another.
final class ListSource: RecordSource {
    private struct State {
        var events: [SourceEvent] = []
        var cursor: Int64?
        var isEndTold = false
        var isPaused = false
        var committed: Int64?
        var interruptions: [Int64]
        /// Polls without a record before the next interruption, so that what was sent is handled.
        var pause = 10
    }

    private let records: [SourceRecord]
    private let low: Int64
    private let state: Mutex<State>
    /// Nobody signals it: a poll that has nothing waits like Kafka's.
    private let never = DispatchSemaphore(value: 0)

    /// Makes a source.
    ///
    /// - Parameters:
    ///   - records: of partition 0, offsets rising.
    ///   - low: the first offset that is still there.
    ///   - interruptions: offsets before which the partition is revoked and assigned again.
    init(_ records: [SourceRecord], low: Int64 = 0, interruptions: [Int64] = []) {
        self.records = records
        self.low = low
        state = Mutex(State(interruptions: interruptions))
    }

    /// What was committed last.
    var committed: Int64? { state.withLock { $0.committed } }
    private var high: Int64 { records.last.map { $0.offset + 1 } ?? 0 }

    func subscribe() throws(PipelineError) { state.withLock { $0.events.append(.assigned([0])) } }
    func unsubscribe() throws(PipelineError) { state.withLock { $0.events.append(.revoked([0], lost: false)) } }

    func assign(_ start: [(partition: Int32, offset: Int64)]) throws(PipelineError) {
        state.withLock {
            $0.cursor = start.first?.offset
            $0.isEndTold = false
            $0.isPaused = false
        }
    }

    func unassign() throws(PipelineError) { state.withLock { $0.cursor = nil } }
    func pause(_ partitions: [Int32]) throws(PipelineError) { state.withLock { $0.isPaused = true } }
    func resume(_ partitions: [Int32]) throws(PipelineError) { state.withLock { $0.isPaused = false } }
    func watermarks(_ partition: Int32) throws(PipelineError) -> (low: Int64, high: Int64) { (low, high) }
    func commit(_ next: [(partition: Int32, offset: Int64)]) { state.withLock { $0.committed = next.first?.offset } }
    func close(within limit: Duration) -> Bool { true }
    var regressions: Int { 0 }

    func poll(_ timeout: Duration) -> SourceEvent {
        let event = next()
        if case .nothing = event {
            let milliseconds = Int(timeout / .milliseconds(1))
            _ = never.wait(timeout: .now() + .milliseconds(min(20, milliseconds)))
        }
        return event
    }

    private func next() -> SourceEvent {
        state.withLock { state in
            if !state.events.isEmpty { return state.events.removeFirst() }
            guard let cursor = state.cursor, !state.isPaused else { return .nothing }
            if let first = state.interruptions.first, cursor >= first {
                state.pause -= 1
                if state.pause > 0 { return .nothing }
                state.pause = 10
                state.interruptions.removeFirst()
                state.events.append(.assigned([0]))
                return .revoked([0], lost: false)
            }
            // Offsets rise, with holes: the next one that is there.
            var index = Int(max(0, min(cursor - (records.first?.offset ?? 0), Int64(records.count))))
            while index > 0, records[index - 1].offset >= cursor { index -= 1 }
            while index < records.count, records[index].offset < cursor { index += 1 }
            guard index < records.count else {
                if state.isEndTold { return .nothing }
                state.isEndTold = true
                return .end(partition: 0, offset: max(cursor, high))
            }
            state.cursor = records[index].offset + 1
            return .record(records[index])
        }
    }
}
