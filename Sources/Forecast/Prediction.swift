import TradeModel

/// One origin's forecasts with what became of them.
public struct Prediction: Sendable, Equatable {
    /// How a prediction ended.
    public enum Outcome: Sendable, Hashable {
        /// Compared with its label, and part of every metric.
        case scored
        /// Compared and learnt, but among the symbol's first `--warmup`.
        case warmup
        /// A boundary came before the label was proven; nothing was learnt.
        case censored(CensorReason)
    }

    /// The trade from which it was made.
    public var origin: TradeIdentity
    /// The symbol clock τ₀ at the origin, in ms since the epoch.
    public var originTime: Int64
    /// The origin's price p₀.
    public var originPrice: Double
    /// The trade whose price is the label; nil if censored.
    public var target: TradeIdentity?
    /// The symbol clock τ at the target; nil if censored.
    public var targetTime: Int64?
    /// The label's price; nil if censored.
    public var actual: Double?
    /// One forecast per model, in the models' order.
    public var forecasts: ModelForecasts
    /// How it ended.
    public var outcome: Outcome

    /// Joins the parts.
    public init(
        origin: TradeIdentity, originTime: Int64, originPrice: Double, target: TradeIdentity?, targetTime: Int64?,
        actual: Double?, forecasts: ModelForecasts, outcome: Outcome
    ) {
        self.origin = origin
        self.originTime = originTime
        self.originPrice = originPrice
        self.target = target
        self.targetTime = targetTime
        self.actual = actual
        self.forecasts = forecasts
        self.outcome = outcome
    }
}
