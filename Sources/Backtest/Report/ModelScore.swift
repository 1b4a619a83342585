import Forecast
import Foundation
import JSONText

/// How well one model did: on a symbol, or over all.
public struct ModelScore: Sendable {
    /// What the tests say of the model against `last`, in words.
    public enum Verdict: String, Sendable {
        /// Smaller squared errors than `last`, beyond luck.
        case better = "better than `last`"
        /// Larger ones, beyond luck.
        case worse = "worse than `last`"
        /// Neither.
        case indistinguishable = "not distinguishable from `last`"
        /// No test was possible.
        case undecided = "not tested against `last`"
    }

    /// The model.
    public var model: ForecastModel
    /// One value for each metric, in the metrics' order.
    public var values: [MetricValue]
    /// The test against `last`; nil where undefined or for `last` itself.
    public var dieboldMariano: DieboldMariano?
    /// p of Diebold–Mariano, adjusted over the symbols (Holm).
    public var dieboldMarianoHolm: Double?
    /// The nested test; nil where undefined or where the model does not nest `last`.
    public var clarkWest: ClarkWest?
    /// p of Clark–West, adjusted over the symbols (Holm).
    public var clarkWestHolm: Double?
    /// Points in the measures that leave some out, and the zeros beside `da`.
    public var points: Points

    /// How many points stand behind single measures.
    public struct Points: Sendable, Equatable {
        /// Points of `mase`.
        public var mase = 0
        /// Points of `rmsse`.
        public var rmsse = 0
        /// Points of `da`.
        public var directions = 0
        /// Points with an interval.
        public var intervals = 0
        /// Share of points whose actual move is 0.
        public var zeroActualShare: Double?
        /// Share of points whose predicted move is 0.
        public var zeroPredictedShare: Double?
    }

    /// The value of a metric.
    public subscript(metric: Metric) -> MetricValue {
        get { values[metric.place] }
        set { values[metric.place] = newValue }
    }

    /// From the Diebold–Mariano p-value at 5 %, adjusted over the symbols.
    public var verdict: Verdict {
        guard let statistic = self[.dm].value, let p = dieboldMarianoHolm ?? self[.dmP].value else { return .undecided }
        guard p < 0.05 else { return .indistinguishable }
        return statistic < 0 ? .better : .worse
    }

    var json: JSONValue {
        var metrics: [String: JSONValue] = [:]
        for metric in Metric.allCases {
            let value = self[metric]
            var entry: [String: JSONValue] = ["value": JSONValue(value.value)]
            if let reason = value.reason { entry["reason"] = .string(reason.rawValue) }
            if metric.hasBounds {
                entry["lo"] = JSONValue(value.low)
                entry["hi"] = JSONValue(value.high)
            }
            if let symbols = value.symbols { entry["symbols"] = JSONValue(symbols) }
            if metric == .dmP || metric == .cwP { entry["value"] = JSONValue(value.value.map(tenDigits)) }
            metrics[metric.rawValue] = .object(entry)
        }
        return [
            "clark_west": clarkWest.map {
                [
                    "mean": .double($0.mean), "p": .double(tenDigits($0.pValue)),
                    "p_holm": JSONValue(clarkWestHolm.map(tenDigits)), "t": .double($0.statistic),
                ]
            } ?? .null,
            "diebold_mariano": dieboldMariano.map {
                [
                    "dm": .double($0.uncorrected), "dm_hln": .double($0.statistic), "lags": JSONValue($0.lags),
                    "mean": .double($0.mean), "p": .double(tenDigits($0.pValue)),
                    "p_holm": JSONValue(dieboldMarianoHolm.map(tenDigits)), "q": JSONValue($0.overlap),
                    "variance": .double($0.variance),
                ]
            } ?? .null,
            "metrics": .object(metrics), "model": .string(model.rawValue),
            "points": [
                "da": JSONValue(points.directions), "interval": JSONValue(points.intervals),
                "mase": JSONValue(points.mase), "rmsse": JSONValue(points.rmsse),
                "zero_actual_share": JSONValue(points.zeroActualShare),
                "zero_predicted_share": JSONValue(points.zeroPredictedShare),
            ],
            "verdict": .string(model == .last ? "is `last`" : verdict.rawValue),
        ]
    }
}

extension Metric {
    /// Place among all metrics.
    var place: Int { Self.places[self] ?? 0 }
    private static let places = Dictionary(
        uniqueKeysWithValues: Metric.allCases.enumerated().map { ($0.element, $0.offset) })
}

/// A p-value at the digits a report prints: ten, as many as it is accurate to.
func tenDigits(_ p: Double) -> Double {
    guard p > 0, p.isFinite else { return p }
    // Foundation formats without a locale here: no decimal comma can come in.
    return Double(String(format: "%.9e", p)) ?? p
}
