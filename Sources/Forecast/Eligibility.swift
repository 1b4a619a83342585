/// Which trades move the price and which count as volume (backtest.md, section 2; finnhub.md, section 2).
///
/// Every symbol counts as continuous for now, so code 24 (extended hours) is admitted like a regular code. The
/// exchange calendar, with code 24 eligible in its own session only, comes with a new algorithm number.
public struct Eligibility: Sendable, Equatable {
    private let dropped: UInt64

    /// Codes whose trades move the price: the list of section 2, with 24 (see above) and the neutral 41.
    static let usedCodes = [1, 2, 4, 6, 7, 8, 13, 14, 15, 19, 23, 24, 28, 29, 33, 34, 35, 36, 41]
    /// Codes whose trades are no volume either.
    static let volumelessCodes = [16, 20, 27, 31, 38, 39, 40]

    private static let used: UInt64 = mask(of: usedCodes)
    private static let volumeless: UInt64 = mask(of: volumelessCodes)

    /// The rules, with or without odd lots (code 12).
    public init(oddLots: Bool) {
        dropped = ~(Self.used | (oddLots ? 1 << 12 : 0))
    }

    /// The first rule that keeps a trade from moving the price, nil if it does.
    ///
    /// Price comes before volume, volume before conditions; of several conditions the unknown, then the lowest counts.
    public func rule(price: Double, volume: Double, conditions: ConditionSet) -> EligibilityRule? {
        guard price > 0, price < .infinity else { return .price }
        guard volume > 0, volume < .infinity else { return .volume }
        let hits = conditions.bits & dropped
        guard hits != 0 else { return nil }
        let code = hits.trailingZeroBitCount
        // Bits above 41 cannot come from a trade; they count as unknown.
        return code == 0 || code > ConditionSet.highestCode ? .unknownCondition : .condition(code)
    }

    /// Whether a trade counts as volume: also one that a condition drops, unless its code speaks against it.
    ///
    /// A trade without a usable price or volume is none.
    public func countsAsVolume(price: Double, volume: Double, conditions: ConditionSet) -> Bool {
        price > 0 && price < .infinity && volume > 0 && volume < .infinity
            && conditions.bits & Self.volumeless == 0
    }

    private static func mask(of codes: [Int]) -> UInt64 { codes.reduce(0) { $0 | 1 << UInt64($1) } }
}
