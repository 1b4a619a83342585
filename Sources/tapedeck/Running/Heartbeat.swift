import Foundation

/// Tells systemd every two seconds that a service is alive, for as long as it is; nothing where nobody listens.
final class Heartbeat: Sendable {
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - manager: who is told.
    ///   - isAlive: whether the service's threads come round; called on a thread of its own.
    init(_ manager: ServiceManager, while isAlive: @escaping @Sendable () -> Bool) {
        guard manager.isPresent else { return }
        let thread = Thread { [ended] in
            while ended.wait(timeout: .now() + .seconds(2)) == .timedOut {
                if isAlive() { manager.isAlive() }
            }
        }
        thread.name = "heartbeat"
        thread.start()
    }

    /// Ends it.
    func stop() { ended.signal() }
}
