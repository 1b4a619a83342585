/// How fast a tape is played.
public enum ReplaySpeed: Sendable, Hashable, CustomStringConvertible {
    /// Tape time times this.
    case rate(ReplayRate)
    /// Without waiting.
    case maximum
    /// So many records a second, whatever the tape's times.
    case perSecond(ReplayRate)

    /// What `--speed` takes.
    public static let speedRange = "0.01 to 1000000, or max"
    /// What `--per-second` takes.
    public static let perSecondRange = "0.01 to 100000000"

    /// Reads the value of `--speed`.
    ///
    /// - Parameter text: a decimal from 0.01 to 1,000,000, or `max`.
    /// - Throws: ``ReplayError/badOption(name:given:accepted:)``.
    public init(speed text: String) throws(ReplayError) {
        if text == "max" {
            self = .maximum
        } else if let rate = ReplayRate(text), rate.lies(betweenHundredths: 1, and: 100_000_000) {
            self = .rate(rate)
        } else {
            throw .badOption(name: "--speed", given: text, accepted: Self.speedRange)
        }
    }

    /// Reads the value of `--per-second`.
    ///
    /// - Parameter text: a decimal from 0.01 to 100,000,000.
    /// - Throws: ``ReplayError/badOption(name:given:accepted:)``.
    public init(perSecond text: String) throws(ReplayError) {
        guard let rate = ReplayRate(text), rate.lies(betweenHundredths: 1, and: 10_000_000_000) else {
            throw .badOption(name: "--per-second", given: text, accepted: Self.perSecondRange)
        }
        self = .perSecond(rate)
    }

    /// As it would be written on the command line.
    public var description: String {
        switch self {
        case .rate(let rate): rate.description
        case .maximum: "max"
        case .perSecond(let rate): "\(rate)/s"
        }
    }
}
