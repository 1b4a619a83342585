import Forecast

/// A condition under which a run fails: `[SCOPE.][MODEL/]METRIC OP NUMBER`.
///
/// A true condition fails, and so does an undefined value: a gate that cannot be judged has not been passed.
public struct Gate: Sendable, Equatable {
    /// Where the value is taken.
    public enum Scope: Sendable, Equatable {
        /// One sum over all points.
        case micro
        /// The unweighted mean over symbols.
        case macro
        /// Any symbol with enough points.
        case any
        /// One symbol, whatever its points.
        case symbol(String)
    }

    /// Which part of a measure.
    public enum Part: String, Sendable {
        /// The value.
        case value
        /// The lower 95 % bound, `.lo`.
        case low
        /// The upper 95 % bound, `.hi`.
        case high
    }

    /// How the value is compared with the number.
    public enum Comparison: String, Sendable, CaseIterable {
        /// ≥
        case atLeast = ">="
        /// ≤
        case atMost = "<="
        /// >
        case above = ">"
        /// <
        case below = "<"

        func holds(_ a: Double, _ b: Double) -> Bool {
            switch self {
            case .atLeast: a >= b
            case .atMost: a <= b
            case .above: a > b
            case .below: a < b
            }
        }
    }

    /// The condition as written.
    public var text: String
    /// Where the value is taken.
    ///
    /// Default: micro.
    public var scope: Scope
    /// Whose value it is.
    ///
    /// Default: `ols`.
    public var model: ForecastModel
    /// The measure.
    public var metric: Metric
    /// Which part of it.
    public var part: Part
    /// How it is compared.
    public var comparison: Comparison
    /// With what.
    public var number: Double

    /// Reads a condition.
    ///
    /// METRIC is the longest known name, `.lo` and `.hi` included, that ends the text left of OP; what stands before it
    /// may hold dots, blanks and slashes, as symbols do.
    ///
    /// - Parameter text: such as `mase > 1`, `AAPL.relmae.lo > 1`, `*.ewma/rmse_bps >= 3`.
    /// - Returns: the gate.
    /// - Throws: `BacktestError.badGate`.
    public static func parse(_ text: String) throws(BacktestError) -> Gate {
        func bad(_ why: String) -> BacktestError { .badGate(text: text, why: why) }
        // A symbol may hold any of these signs, a number and a metric none: the last operator is the one.
        guard let last = text.lastIndex(where: { $0 == ">" || $0 == "<" }) else {
            throw bad("give an operator: >, >=, < or <=, as in 'AAPL.mase > 1'")
        }
        let left = text[..<last].trimmed
        var right = text[text.index(after: last)...]
        let isStrict = right.first != "="
        if !isStrict { right = right.dropFirst() }
        let comparison: Comparison =
            text[last] == ">" ? (isStrict ? .above : .atLeast) : (isStrict ? .below : .atMost)
        guard let number = Double(right.trimmed), number.isFinite else {
            throw bad("'\(right.trimmed)' is no number; give one as in 'mase > 1'")
        }
        guard let (metric, part, rest) = splitMetric(left) else {
            throw bad(
                "no known metric ends '\(left)'; known are \(Metric.allCases.map(\.rawValue).joined(separator: ", ")), "
                    + "and .lo or .hi after \(Metric.allCases.filter(\.hasBounds).map(\.rawValue).joined(separator: ", "))"
            )
        }
        var gate = Gate(
            text: text, scope: .micro, model: .ols, metric: metric, part: part, comparison: comparison, number: number)
        var scope = rest
        if scope.hasSuffix("/") {
            scope = scope.dropLast()
            let models = ForecastModel.allCases.filter { scope == $0.rawValue || scope.hasSuffix("." + $0.rawValue) }
            guard let model = models.max(by: { $0.rawValue.count < $1.rawValue.count }) else {
                throw bad(
                    "no known model ends '\(scope)'; known are "
                        + ForecastModel.allCases.map(\.rawValue).joined(separator: ", "))
            }
            gate.model = model
            scope = scope.dropLast(model.rawValue.count)
        }
        guard !scope.isEmpty else { return gate }
        scope = scope.dropLast()
        switch scope {
        case "": throw bad("the scope before '.' is empty; give a symbol, *, micro or macro")
        case "*": gate.scope = .any
        case "micro": gate.scope = .micro
        case "macro": gate.scope = .macro
        default: gate.scope = .symbol(String(scope))
        }
        return gate
    }

    /// The longest known name at the end, and what stands before it, its separator included.
    private static func splitMetric(_ text: Substring) -> (Metric, Part, Substring)? {
        var best: (Metric, Part, Substring)?
        var length = 0
        for metric in Metric.allCases {
            for part in metric.hasBounds ? [Part.value, .low, .high] : [.value] {
                let name = metric.rawValue + (part == .low ? ".lo" : part == .high ? ".hi" : "")
                guard name.count > length, text.hasSuffix(name) else { continue }
                let rest = text.dropLast(name.count)
                guard rest.isEmpty || rest.last == "." || rest.last == "/" else { continue }
                best = (metric, part, rest)
                length = name.count
            }
        }
        return best
    }
}

extension Substring {
    /// Without blanks at either end.
    fileprivate var trimmed: Substring {
        let head = drop { $0 == " " || $0 == "\t" }
        return head[..<(head.lastIndex { $0 != " " && $0 != "\t" }.map(head.index(after:)) ?? head.startIndex)]
    }
}
