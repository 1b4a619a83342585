import Foundation

/// A thread of our own for work that blocks, and a way to wait for its end.
final class WorkerThread: Sendable {
    private let done = DispatchSemaphore(value: 0)

    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread { [done] in
            body()
            done.signal()
        }
        thread.name = name
        // Foundation's default of 512 KiB is little for C libraries with their own callbacks.
        thread.stackSize = 2 << 20
        thread.start()
    }

    /// Waits for the body's end.
    ///
    /// - Returns: whether it ended in time.
    func join(within limit: Duration) -> Bool {
        let nanoseconds = limit.components.seconds * 1_000_000_000 + limit.components.attoseconds / 1_000_000_000
        guard done.wait(timeout: .now() + .nanoseconds(Int(nanoseconds))) == .success else { return false }
        done.signal()
        return true
    }
}
