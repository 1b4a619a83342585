import Synchronization

/// Commands on their way to one player, in order.
///
/// Bounded: whoever sends more than a player can take is told so.
final class ControlInbox: Sendable {
    static let limit = 1024

    private let commands = Mutex<[ReplayControl]>([])
    /// Lets the player look without a lock for each line.
    private let isFilled = Atomic<Bool>(false)
    private let wake: @Sendable () -> Void

    init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

    /// Sends a command; any thread.
    ///
    /// - Returns: false if there are too many.
    @discardableResult
    func send(_ command: ReplayControl) -> Bool {
        let accepted = commands.withLock { commands in
            guard commands.count < Self.limit else { return false }
            commands.append(command)
            isFilled.store(true, ordering: .releasing)
            return true
        }
        if accepted { wake() }
        return accepted
    }

    /// The next command; the player's thread.
    func take() -> ReplayControl? {
        guard isFilled.load(ordering: .acquiring) else { return nil }
        return commands.withLock { commands in
            guard !commands.isEmpty else { return nil }
            let first = commands.removeFirst()
            if commands.isEmpty { isFilled.store(false, ordering: .releasing) }
            return first
        }
    }
}
