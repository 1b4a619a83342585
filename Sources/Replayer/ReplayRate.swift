/// A positive decimal number, exactly: how many units pass in one.
///
/// A fraction in lowest terms, so that nothing is rounded before the very end.
public struct ReplayRate: Sendable, Hashable, CustomStringConvertible {
    /// Above the line.
    public let numerator: Int64
    /// Below the line.
    public let denominator: Int64
    /// The number as it was written.
    public let description: String

    /// One: as it was.
    public static let one = ReplayRate(numerator: 1, denominator: 1, description: "1")

    private init(numerator: Int64, denominator: Int64, description: String) {
        self.numerator = numerator
        self.denominator = denominator
        self.description = description
    }

    /// Reads a decimal: digits, and a point with digits if wanted; at most nine before and nine after it.
    ///
    /// - Parameter text: such as `10` or `0.25`; no sign, no exponent; not zero.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            (1...9).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        guard isPlain, (1...2).contains(parts.count), let whole = Int64(parts[0]) else { return nil }
        var above = whole
        var below: Int64 = 1
        for digit in parts.count == 2 ? parts[1] : "" {
            above = above * 10 + Int64(digit.wholeNumberValue ?? 0)  // at most 18 digits: fits
            below *= 10
        }
        guard above > 0 else { return nil }
        var (larger, divisor) = (above, below)
        while divisor != 0 { (larger, divisor) = (divisor, larger % divisor) }
        self.init(numerator: above / larger, denominator: below / larger, description: text)
    }

    /// The nearest double, for reports only.
    public var value: Double { Double(numerator) / Double(denominator) }

    /// Whether it lies between two whole hundredths, both included.
    func lies(betweenHundredths low: Int64, and high: Int64) -> Bool {
        let scaled = Int128(numerator) * 100
        return scaled >= Int128(low) * Int128(denominator) && scaled <= Int128(high) * Int128(denominator)
    }
}
