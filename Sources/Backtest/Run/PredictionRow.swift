import Forecast
import TradeModel

/// A prediction with its outcome, field by field as the pipeline stores it.
public struct PredictionRow: Sendable, Equatable {
    /// Identity of the origin, as in `trades._id`.
    public var origin: String
    /// The symbol.
    public var symbol: String
    /// τ₀, ms since the epoch.
    public var originTime: Int64
    /// p₀.
    public var originPrice: Double
    /// Identity of the trade that is the label; nil if censored.
    public var target: String?
    /// τ at the target, ms since the epoch.
    public var targetTime: Int64?
    /// The label's price.
    public var actual: Double?
    /// The predicted price.
    public var predicted: Double?
    /// The interval's lower end.
    public var low: Double?
    /// The interval's upper end.
    public var high: Double?
    /// The interval's level, 0.9.
    public var level: Double
    /// actual − predicted.
    public var error: Double?
    /// `scored`, `warm-up` or `censored`; `pending` for one that still waits in a stored state.
    public var status: String
    /// The censor reason.
    public var reason: String?

    /// Makes a row from stored fields.
    public init(
        origin: String, symbol: String, originTime: Int64, originPrice: Double, target: String?, targetTime: Int64?,
        actual: Double?, predicted: Double?, low: Double?, high: Double?, level: Double, error: Double?, status: String,
        reason: String?
    ) {
        self.origin = origin
        self.symbol = symbol
        self.originTime = originTime
        self.originPrice = originPrice
        self.target = target
        self.targetTime = targetTime
        self.actual = actual
        self.predicted = predicted
        self.low = low
        self.high = high
        self.level = level
        self.error = error
        self.status = status
        self.reason = reason
    }

    /// The row of the first model's forecast in a prediction.
    public init(_ prediction: Prediction, symbol: String, level: Double) {
        let forecast = prediction.forecasts[0]
        var error: Double?
        if let actual = prediction.actual, let predicted = forecast.predicted { error = actual - predicted }
        let (status, reason): (String, String?) =
            switch prediction.outcome {
            case .scored: ("scored", nil)
            case .warmup: ("warm-up", nil)
            case .censored(let reason): ("censored", reason.rawValue)
            }
        self.init(
            origin: prediction.origin.text, symbol: symbol, originTime: prediction.originTime,
            originPrice: prediction.originPrice, target: prediction.target?.text, targetTime: prediction.targetTime,
            actual: prediction.actual, predicted: forecast.predicted, low: forecast.low, high: forecast.high,
            level: level, error: error, status: status, reason: reason)
    }
}
