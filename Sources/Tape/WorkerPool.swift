import Dispatch
import Foundation
import Synchronization

/// Threads of its own for work that takes long, with results fetched in the caller's order.
///
/// Callers bound what is pending; the pool does not. Threads end when the pool goes.
final class WorkerPool: Sendable {
    private let queue = JobQueue()
    private let workers: Int

    /// Starts the threads.
    ///
    /// - Parameter workers: how many; nil: one per processor.
    init(workers: Int?) {
        self.workers = workers ?? max(1, min(64, ProcessInfo.processInfo.activeProcessorCount))
        for number in 0..<self.workers {
            let thread = Thread { [queue] in
                while let job = queue.next() { job() }
            }
            thread.name = "tape-\(number)"
            thread.start()
        }
    }

    deinit { queue.stop(waking: workers) }

    /// Has something done.
    func submit<Value: Sendable>(_ work: @escaping @Sendable () -> Value) -> Ticket<Value> {
        let ticket = Ticket<Value>()
        queue.add { ticket.fulfil(work()) }
        return ticket
    }
}

/// The promise of a result.
final class Ticket<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let done = DispatchSemaphore(value: 0)

    func fulfil(_ result: Value) {
        value.withLock { $0 = result }
        done.signal()
    }

    /// Blocks until the result is there; to be called once.
    func wait() -> Value {
        while true {
            done.wait()
            if let result = value.withLock({ held in
                let result = held
                held = nil
                return result
            }) {
                return result
            }
        }
    }
}

/// Jobs in order of arrival.
private final class JobQueue: Sendable {
    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let available = DispatchSemaphore(value: 0)

    func add(_ job: @escaping @Sendable () -> Void) {
        state.withLock { $0.jobs.append(job) }
        available.signal()
    }

    /// Blocks until there is a job; nil once stopped: what was still waiting is not done, nobody could fetch it.
    func next() -> (@Sendable () -> Void)? {
        available.wait()
        return state.withLock { state in
            state.isStopped || state.jobs.isEmpty ? nil : state.jobs.removeFirst()
        }
    }

    func stop(waking workers: Int) {
        state.withLock { $0.isStopped = true }
        for _ in 0..<workers { available.signal() }
    }
}
