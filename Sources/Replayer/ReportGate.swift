import JSONText

/// A condition on a report that makes a run fail: `lateness.p99>1ms`.
public struct ReportGate: Sendable, Hashable, CustomStringConvertible {
    /// How a value is compared.
    enum Comparison: String, CaseIterable {
        case atMost = "<="
        case atLeast = ">="
        case equal = "=="
        case unequal = "!="
        case less = "<"
        case greater = ">"
    }

    /// The condition as it was written.
    public let description: String
    private let path: [String]
    private let comparison: Comparison
    private let bound: Double

    /// What is accepted.
    public static let accepted =
        "a member of the JSON report, a comparison and a number, with s, ms or us for seconds: lateness.p99>1ms"

    /// Reads a condition; nil for a text that is none.
    public init?(_ text: String) {
        let plain = text.filter { !$0.isWhitespace }
        guard let comparison = Comparison.allCases.first(where: { plain.contains($0.rawValue) }),
            let place = plain.firstRange(of: comparison.rawValue)
        else { return nil }
        let names = plain[..<place.lowerBound].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !names.contains(where: \.isEmpty), let bound = Self.number(String(plain[place.upperBound...])) else {
            return nil
        }
        description = text
        path = names
        self.comparison = comparison
        self.bound = bound
    }

    private static func number(_ text: String) -> Double? {
        for (unit, factor) in [("ms", 1e-3), ("us", 1e-6), ("s", 1.0), ("%", 1.0), ("", 1.0)] where text.hasSuffix(unit)
        {
            let digits = text.dropLast(unit.count)
            guard digits.wholeMatch(of: #/-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/#) != nil else { continue }
            return Double(digits).map { $0 * factor }
        }
        return nil
    }

    /// Whether the condition holds, which is the failure.
    ///
    /// - Returns: the reason in words; nil if it does not hold. A value that the report does not have fails too: a
    ///   misspelt gate must not pass.
    public func failure(of report: JSONValue) -> String? {
        var value = report
        for name in path {
            guard case .object(let members) = value, let member = members[name] else {
                return "\(description): the report has no \(path.joined(separator: "."))"
            }
            value = member
        }
        let number: Double
        switch value {
        case .int(let integer): number = Double(integer)
        case .double(let double): number = double
        case .bool(let flag): number = flag ? 1 : 0
        default: return "\(description): \(path.joined(separator: ".")) is no number in this run"
        }
        let holds =
            switch comparison {
            case .atMost: number <= bound
            case .atLeast: number >= bound
            case .equal: number == bound
            case .unequal: number != bound
            case .less: number < bound
            case .greater: number > bound
            }
        return holds ? "\(description): it is \(number)" : nil
    }
}
