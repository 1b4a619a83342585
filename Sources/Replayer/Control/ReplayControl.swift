import Tape

/// What someone may ask of a running replay, by key, HTTP or code.
public enum ReplayControl: Sendable, Hashable {
    /// Where a seek goes.
    public enum Target: Sendable, Hashable {
        /// A receive time, ns since the epoch.
        case instant(Int64)
        /// So many ns after the tape's start.
        case offset(Int64)
        /// So many ns from the present position, backwards if negative.
        case distance(Int64)
    }

    /// Stop where it is until ``resume`` or ``step(_:)``.
    case pause
    /// Go on.
    case resume
    /// Pause if it is playing, resume if not.
    case toggle
    /// Go on at another speed; the position stays.
    case speed(ReplaySpeed)
    /// Go on at another rate, multiplied or divided by two; does nothing beyond the bounds of `--speed` or at top speed.
    case faster
    case slower
    /// Go on from another place.
    case seek(Target)
    /// Play so many frames and stay paused behind them.
    case step(Int)
    /// End cleanly.
    case stop

    /// A short name, for reports.
    public var name: String {
        switch self {
        case .pause: "pause"
        case .resume: "resume"
        case .toggle: "toggle"
        case .speed: "speed"
        case .faster: "faster"
        case .slower: "slower"
        case .seek: "seek"
        case .step: "step"
        case .stop: "stop"
        }
    }

    /// What the name leaves open.
    public var detail: String? {
        switch self {
        case .speed(let speed): speed.description
        case .step(let count): "\(count)"
        case .seek(.instant(let time)): TapeTime.text(time)
        case .seek(.offset(let distance)): "+\(Double(distance) / 1e9)s from the start"
        case .seek(.distance(let distance)): "\(distance < 0 ? "" : "+")\(Double(distance) / 1e9)s"
        default: nil
        }
    }
}
