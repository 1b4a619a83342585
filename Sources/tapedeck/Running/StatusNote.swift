import Replayer
import Synchronization

/// What a status line says of a replay beside counts: paused or not, speed, lateness.
final class StatusNote: Sendable {
    private let read = Mutex<@Sendable () -> ReplayStatus?>({ nil })

    /// Where the status comes from.
    var source: @Sendable () -> ReplayStatus? {
        get { read.withLock { $0 } }
        set { read.withLock { $0 = newValue } }
    }

    /// The words.
    var text: String {
        guard let status = source() else { return "" }
        var parts = [status.phase == .playing ? "\(status.speed)x" : status.phase.rawValue]
        if status.speed == "max" || status.speed.hasSuffix("/s") { parts[0] = status.speed }
        if let lateness = status.lateness { parts.append("late p99 \((lateness * 1e5).rounded() / 100) ms") }
        return parts.joined(separator: ", ")
    }
}
