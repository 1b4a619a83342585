import TradeModel

/// The sale conditions of one trade as a set of codes, so that eligibility is a mask and not a loop.
///
/// Absent, `null` and empty conditions are the empty set. What is not the decimal number of a known code is `unknown`.
public struct ConditionSet: Sendable, Hashable {
    /// Bit k stands for code k, bit 0 for any unknown code.
    public let bits: UInt64

    /// The highest code of Finnhub's sheet.
    public static let highestCode = 41

    /// No conditions: a regular trade.
    public static let regular = ConditionSet(bits: 0)

    /// A set of codes given as bits.
    public init(bits: UInt64) { self.bits = bits }

    /// The set of a trade's conditions.
    public init(_ conditions: SaleConditions) {
        var bits: UInt64 = 0
        if case .codes(let codes) = conditions {
            for code in codes { bits |= 1 << UInt64(Self.number(of: code)) }
        }
        self.bits = bits
    }

    /// The number of a code, 0 for one that the sheet does not have (`01`, `+1` and ` 1` are not its texts).
    private static func number(of code: String) -> Int {
        var number = 0
        var length = 0
        for byte in code.utf8 {
            let digit = Int(byte) - 48
            guard digit >= 0, digit <= 9, length < 2, !(length == 0 && digit == 0) else { return 0 }
            number = number * 10 + digit
            length += 1
        }
        return number <= highestCode ? number : 0
    }
}
