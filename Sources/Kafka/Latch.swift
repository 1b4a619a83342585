import Foundation

/// Opens once; a thread can wait for that.
///
/// `@unchecked Sendable`: the flag is only touched under the condition's lock.
final class Latch: @unchecked Sendable {
    private let condition = NSCondition()
    private var isOpen = false

    func open() {
        condition.lock()
        isOpen = true
        condition.broadcast()
        condition.unlock()
    }

    /// Blocks until it is open or the time is over, and tells which.
    func wait(for duration: Duration) -> Bool {
        let end = Date(timeIntervalSinceNow: Double(duration.milliseconds) / 1000)
        condition.lock()
        defer { condition.unlock() }
        while !isOpen { guard condition.wait(until: end) else { return isOpen } }
        return true
    }
}

/// Runs blocking work on a thread of its own.
func spawnThread(_ body: @escaping @Sendable () -> Void) {
    Thread(block: body).start()
}
