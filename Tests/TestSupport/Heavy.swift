import Foundation

/// Whether long runs are asked for.
public enum Heavy {
    /// True with `TAPEDECK_HEAVY=1`.
    public static let isOn = ProcessInfo.processInfo.environment["TAPEDECK_HEAVY"] == "1"
}
