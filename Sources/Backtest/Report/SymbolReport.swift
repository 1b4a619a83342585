import Forecast
import JSONText

/// What a backtest says of one symbol.
public struct SymbolReport: Sendable {
    /// One regressor of the model at the end of the tapes.
    public struct Coefficient: Sendable, Equatable {
        /// The feature's name.
        public var name: String
        /// β, in basis points of return per unit of the feature.
        public var value: Double
        /// Its standard error, were the errors independent and of equal variance; nil for a dependent column.
        public var standardError: Double?
    }

    /// The symbol.
    public var symbol: String
    /// Trades by rule, predictions by outcome.
    public var counts: SymbolCounts
    /// One entry per model, the model under test first.
    public var scores: [ModelScore]
    /// q, horizons of scored origins that overlap.
    public var overlap: Int
    /// M, lags of the long-run variances.
    public var lags: Int
    /// The final coefficients of `ols`.
    public var coefficients: [Coefficient]
    /// How many of them are independent.
    public var rank: Int
    /// Rows learnt.
    public var rows: Int64
    /// Rows refused as not finite.
    public var refusedRows: Int64
    /// Standard deviation of the residuals, bps.
    public var residualDeviation: Double?

    var chart: ChartSeries
    var tail: [TailPoint]

    var json: JSONValue {
        [
            "counts": counts.json,
            "lags": JSONValue(lags), "overlap": JSONValue(overlap),
            "regression": [
                "coefficients": .array(
                    coefficients.map {
                        [
                            "name": .string($0.name), "se": JSONValue($0.standardError), "value": .double($0.value),
                        ]
                    }), "model": "ols", "rank": JSONValue(rank), "refused_rows": .int(refusedRows),
                "residual_sd_bps": JSONValue(residualDeviation), "rows": .int(rows),
            ], "scores": .array(scores.map(\.json)), "symbol": .string(symbol),
        ]
    }
}

extension SymbolCounts {
    var json: JSONValue {
        func byReason(_ counts: [Int]) -> JSONValue {
            .object(
                Dictionary(
                    uniqueKeysWithValues: CensorReason.allCases.map { ($0.rawValue, JSONValue(counts[$0.place])) }))
        }
        let droppedByRule = EligibilityRule.all.filter { dropped[$0.index] > 0 }
        return [
            "boundaries": byReason(boundaries), "censored": byReason(censored),
            "dropped": .object(
                Dictionary(uniqueKeysWithValues: droppedByRule.map { ($0.name, JSONValue(dropped[$0.index])) })),
            "eligible": JSONValue(eligible), "future": JSONValue(future), "late": JSONValue(late),
            "origins": JSONValue(origins), "refused": JSONValue(refused), "scored": JSONValue(scored),
            "trades": JSONValue(trades), "warm_up": JSONValue(warmUp),
        ]
    }
}
