/// A rule of backtest.md, section 2, that keeps a trade from moving the price.
///
/// Rules are numbered from 0 so that a report can count them in a flat array.
public struct EligibilityRule: Sendable, Hashable, Comparable {
    /// The rule's place among all rules, 0 to `count` − 1.
    public let index: Int

    /// The price is not finite or not above 0.
    public static let price = EligibilityRule(index: 0)
    /// The volume is 0: a price update, not a trade (or no finite positive number).
    public static let volume = EligibilityRule(index: 1)
    /// A sale condition that the sheet does not know.
    public static let unknownCondition = EligibilityRule(index: 2)

    /// How many rules there are.
    public static let count = 3 + ConditionSet.highestCode

    /// The rule that drops trades of one condition code (1 to 41).
    public static func condition(_ code: Int) -> EligibilityRule {
        precondition(code >= 1 && code <= ConditionSet.highestCode, "no such condition code")
        return EligibilityRule(index: 2 + code)
    }

    /// All rules in the order of their numbers.
    public static var all: [EligibilityRule] { (0..<count).map(EligibilityRule.init(index:)) }

    /// The rule's name in reports: `price`, `volume`, `condition-unknown`, `condition-12`.
    public var name: String {
        switch index {
        case 0: "price"
        case 1: "volume"
        case 2: "condition-unknown"
        default: "condition-\(index - 2)"
        }
    }

    /// Orders rules by number.
    public static func < (left: EligibilityRule, right: EligibilityRule) -> Bool { left.index < right.index }
}
