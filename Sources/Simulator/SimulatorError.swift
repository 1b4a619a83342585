/// A configuration of which no market can be made.
public struct SimulatorError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The option as it is written on the command line, without dashes in front: `price-decimals`.
    public var option: String
    /// The value that was given.
    public var value: String
    /// What is accepted.
    public var accepted: String

    /// Makes an error.
    public init(option: String, value: String, accepted: String) {
        self.option = option
        self.value = value
        self.accepted = accepted
    }

    /// One line: option, value, range.
    public var description: String {
        "simulate: --\(option) \(Self.shown(value)) is out of range; accepted: \(accepted)"
    }

    /// A value as it may be printed: one line, no control characters.
    private static func shown(_ value: String) -> String {
        String(
            value.prefix(80).map { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } ? $0 : "?" })
    }
}
