import Dispatch
import Synchronization
import Tape

/// Stored frames on their way to the publisher, bounded in bytes; what has no room is read back from the tape.
///
/// The feed's thread offers, the publisher's takes; neither ever waits for the other.
final class PublishFeed: Sendable {
    /// What the publisher finds.
    enum Taken {
        /// The next lines, in order.
        case batch(TapeBatch)
        /// Nothing at present.
        case empty
        /// Lines are missing up to this sequence number: they are on the tape.
        case overflowed
    }

    private struct State {
        var batches: [TapeBatch] = []
        var next = 0
        var bytes = 0
        /// Frames are not kept: the publisher reads the tape.
        var isBypassed = false
        /// Last sequence number that was offered.
        var lastOffered: Int64 = 0
        /// Sequence numbers of `gap` and `dropped` lines so far; a few.
        var segments: [Int64] = []
    }

    private let limit: Int
    private let header: TapeHeader
    private let path: String
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    /// Makes an empty queue.
    init(limit: Int, header: TapeHeader, path: String) {
        self.limit = limit
        self.header = header
        self.path = path
    }

    /// Takes what was stored.
    func offer(_ batch: borrowing CaptureBatch, _ receipts: [CaptureReceipt]) {
        guard let last = receipts.last(where: { $0.sequence != nil })?.sequence else { return }
        let isBypassed = state.withLock { state in
            state.lastOffered = last
            for receipt in receipts where receipt.segment > state.segments.last ?? 0 {
                state.segments.append(receipt.segment)
            }
            return state.isBypassed
        }
        guard !isBypassed else { return }
        let lines = TapeBatch(captured: batch, receipts: receipts, header: header, path: path)
        guard !lines.lines.isEmpty else { return }
        // A line costs its bytes and its entry.
        let cost = lines.text.count + lines.lines.count * MemoryLayout<TapeLine>.stride
        state.withLock { state in
            // Decided again: the publisher may have turned to the tape meanwhile.
            guard !state.isBypassed else { return }
            guard state.bytes + cost <= limit else {
                state.isBypassed = true
                state.batches = []
                state.next = 0
                state.bytes = 0
                return
            }
            state.batches.append(lines)
            state.bytes += cost
        }
        wake.signal()
    }

    /// The next lines.
    func take() -> Taken {
        state.withLock { state in
            guard !state.isBypassed else { return .overflowed }
            guard state.next < state.batches.count else { return .empty }
            let batch = state.batches[state.next]
            state.bytes -= batch.text.count + batch.lines.count * MemoryLayout<TapeLine>.stride
            state.next += 1
            if state.next == state.batches.count || state.next >= 1024 {
                state.batches.removeFirst(state.next)
                state.next = 0
            }
            return .batch(batch)
        }
    }

    /// From now on frames are kept again.
    ///
    /// - Returns: the last sequence number before: the tape has to be read up to it.
    func resume() -> Int64 {
        state.withLock { state in
            state.isBypassed = false
            return state.lastOffered
        }
    }

    /// Frames are not kept until ``resume()``.
    func bypass() {
        state.withLock { state in
            state.isBypassed = true
            state.batches = []
            state.next = 0
            state.bytes = 0
        }
    }

    /// The last `gap` or `dropped` line at or before a place, 0 if none.
    func segment(at sequence: Int64) -> Int64 {
        state.withLock { $0.segments.last { $0 <= sequence } ?? 0 }
    }

    /// Bytes that wait.
    var bytes: Int { state.withLock { $0.bytes } }
    /// Last sequence number that was offered.
    var lastOffered: Int64 { state.withLock { $0.lastOffered } }

    /// Ends a wait.
    func stir() { wake.signal() }

    /// Waits for something to take; at most so long.
    func wait(milliseconds: Int) { _ = wake.wait(timeout: .now() + .milliseconds(milliseconds)) }
}
