import Forecast
import Foundation
import Synchronization

/// Trades on their way to one worker.
struct FeedBatch: Sendable {
    struct Item: Sendable {
        /// The symbol's number among the worker's own.
        var symbol: Int
        var observation: Observation
    }

    /// Symbols met for the first time, in order; they take the next numbers.
    var symbols: [String] = []
    var items: [Item] = []
}

/// A bounded queue from the reading thread to one worker: at its limit the reader waits.
final class FeedQueue: Sendable {
    private static let capacity = 4
    private struct State {
        var batches: [FeedBatch] = []
        var isAbandoned = false
    }

    private let state = Mutex(State())
    // Starts at 0 and is raised at once: libdispatch traps when a semaphore dies below the value it was made with.
    private let free = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)

    init() {
        for _ in 0..<Self.capacity { free.signal() }
    }

    /// Adds a batch; blocks while the queue is full.
    ///
    /// - Returns: false once the worker has given up.
    func push(_ batch: FeedBatch) -> Bool {
        free.wait()
        let accepted = state.withLock { state in
            guard !state.isAbandoned else { return false }
            state.batches.append(batch)
            return true
        }
        if accepted { filled.signal() } else { free.signal() }
        return accepted
    }

    /// Ends the queue; `pop` gives nil once it is empty.
    func close() { filled.signal() }

    /// The next batch; blocks until there is one.
    ///
    /// Nil: the end.
    func pop() -> FeedBatch? {
        filled.wait()
        let batch = state.withLock { $0.batches.isEmpty ? nil : $0.batches.removeFirst() }
        if batch != nil { free.signal() }
        return batch
    }

    /// The worker takes no more: whoever waits to push goes on.
    func abandon() {
        state.withLock {
            $0.isAbandoned = true
            $0.batches = []
        }
        free.signal()
    }
}
