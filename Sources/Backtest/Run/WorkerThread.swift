import Foundation
import Synchronization

/// A thread of our own with a result: work that blocks on files and queues does not belong on the cooperative pool.
final class WorkerThread<Value: Sendable>: Sendable {
    private let slot = Mutex<Result<Value, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - name: shown by debuggers.
    ///   - body: what it does.
    init(name: String, _ body: @escaping @Sendable () throws -> Value) {
        let thread = Thread { [self] in
            let result = Result { try body() }
            slot.withLock { $0 = result }
            done.signal()
        }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Waits for the end; blocks.
    ///
    /// Call it once.
    func join() throws -> Value {
        done.wait()
        guard let result = slot.withLock({ $0.take() }) else {
            fatalError("a worker's result was taken twice")
        }
        return try result.get()
    }
}
