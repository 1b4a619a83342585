import Synchronization

@testable import Replayer

/// Statuses that a script looked at.
final class Seen: Sendable {
    private let statuses = Mutex<[ReplayStatus]>([])
    func add(_ status: ReplayStatus) { statuses.withLock { $0.append(status) } }
    var all: [ReplayStatus] { statuses.withLock { $0 } }
}
