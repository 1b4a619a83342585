import JSONText

/// How a gate came out.
public struct GateResult: Sendable, Equatable {
    /// One value that a gate looked at.
    public struct Case: Sendable, Equatable {
        /// A symbol, `micro` or `macro`.
        public var scope: String
        /// The value; nil where undefined.
        public var value: Double?
        /// Why it is undefined.
        public var reason: String?
        /// Whether the condition is true, or cannot be judged.
        public var fails: Bool
    }

    /// The condition as written.
    public var text: String
    /// The values looked at.
    public var cases: [Case]
    /// Symbols that `*` passed over as they have too few points.
    public var skipped: [String]

    /// Whether nothing failed.
    public var passed: Bool { !cases.contains(where: \.fails) }

    var json: JSONValue {
        [
            "cases": .array(
                cases.map {
                    [
                        "fails": .bool($0.fails), "reason": $0.reason.map(JSONValue.string) ?? .null,
                        "scope": .string($0.scope), "value": JSONValue($0.value),
                    ]
                }), "passed": .bool(passed), "skipped": .array(skipped.map(JSONValue.string)), "text": .string(text),
        ]
    }
}

extension Gate {
    /// Judges the gate.
    ///
    /// - Parameters:
    ///   - report: symbols, micro and macro.
    ///   - minimumPoints: points below which `*` passes over a symbol.
    /// - Returns: what was looked at, and how it came out.
    func judge(_ report: BacktestReport, minimumPoints: Int) -> GateResult {
        var result = GateResult(text: text, cases: [], skipped: [])
        func look(_ name: String, _ scores: [ModelScore]) {
            let found = scores.first { $0.model == model }?[metric] ?? .undefined(.noPoints)
            let value =
                switch part {
                case .value: found.value
                case .low: found.low
                case .high: found.high
                }
            let reason = found.reason?.rawValue ?? (value == nil ? MetricValue.Reason.tooFewPoints.rawValue : nil)
            result.cases.append(
                GateResult.Case(
                    scope: name, value: value, reason: reason, fails: value.map { comparison.holds($0, number) } ?? true
                ))
        }
        switch scope {
        case .micro: look("micro", report.micro)
        case .macro: look("macro", report.macro)
        case .symbol(let name):
            if let symbol = report.symbols.first(where: { $0.symbol == name }) {
                look(name, symbol.scores)
            } else {
                result.cases.append(GateResult.Case(scope: name, value: nil, reason: "no-such-symbol", fails: true))
            }
        case .any:
            for symbol in report.symbols {
                if symbol.counts.scored < minimumPoints {
                    result.skipped.append(symbol.symbol)
                } else {
                    look(symbol.symbol, symbol.scores)
                }
            }
            // A gate that looked at nothing has not been passed.
            if result.cases.isEmpty {
                result.cases.append(
                    GateResult.Case(scope: "*", value: nil, reason: "no-symbol-with-min-n", fails: true))
            }
        }
        return result
    }
}
