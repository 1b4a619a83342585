import TradeModel

/// Why nothing is scored or learnt across a boundary.
public enum CensorReason: String, Sendable, CaseIterable {
    /// Another recording session.
    case stream
    /// An interruption of the capture, or data lost before the pipeline.
    case gap
    /// A boundary of the trading session; never while every symbol counts as continuous.
    case session
    /// A step of the symbol clock above `--max-silence`.
    case silence
    /// The end of the data.
    case end
}

/// What became of one trade.
public enum Disposition: Sendable, Hashable {
    /// It moves the price.
    case eligible
    /// Its time lies too far behind the symbol clock.
    case late
    /// Its time lies too far after its receipt.
    case future
    /// A rule drops it; it moves the clock, and may count as volume.
    case dropped(EligibilityRule)
}

/// What `SymbolForecast` reports, in the order in which it happens.
public enum ForecastEvent: Sendable, Equatable {
    /// Continuity broke: windows are reset, what was pending follows as censored predictions.
    case boundary(CensorReason)
    /// A prediction got its outcome.
    case resolved(Prediction)
    /// A trade moved the price; `time` is the symbol clock τ after it.
    case eligible(price: Double, time: Int64)
    /// The trade just reported as eligible became an origin; its forecasts are pending.
    case origin(TradeIdentity, forecasts: ModelForecasts)
    /// The trade was due to be an origin, but `--max-pending` predictions are pending (`pending-full`).
    case refusedOrigin(TradeIdentity)
}
