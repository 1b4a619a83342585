import Replayer
import WebSocket

/// How tapes are played, to Kafka or to WebSocket clients.
enum PlayOptions {
    static let speed = CommandOption(
        "speed", .speed, default: "1", help: "multiplier of tape time; max waits for nothing")
    static let perSecond = CommandOption(
        "per-second", .perSecond, usual: false, help: "this many a second instead, whatever the tape's times")

    /// The speed that the settings ask for.
    static func speed(_ settings: Settings) throws(UsageError) -> ReplaySpeed {
        try settings.refuseBoth(speed, perSecond)
        return settings.value(perSecond) ?? settings[speed]
    }
}

extension ValueKind where Value == ReplaySpeed {
    /// A multiplier of tape time.
    static let speed = Self("S", accepted: "a number from \(ReplaySpeed.speedRange)") {
        try? ReplaySpeed(speed: $0)
    }

    /// A number a second.
    static let perSecond = Self("N", accepted: "a number from \(ReplaySpeed.perSecondRange)") {
        try? ReplaySpeed(perSecond: $0)
    }
}

extension ValueKind where Value == ListenAddress {
    /// A TCP address or a Unix socket.
    static let socket = Self(
        "ADDRESS", accepted: "HOST:PORT, port 0 for a free one, or unix:PATH for a socket of mode 0600"
    ) { try? ListenAddress($0) }
}
