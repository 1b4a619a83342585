/// The measures of a report, in its order (backtest.md, section 6).
///
/// The raw values are their names in JSON and in gates.
public enum Metric: String, Sendable, CaseIterable {
    /// Scored points.
    case n
    /// Mean of predicted − actual; positive: over-forecast.
    case bias
    /// `bias` in basis points of the origin's price.
    case biasBps = "bias_bps"
    /// Mean absolute error.
    case mae
    /// `mae` in basis points.
    case maeBps = "mae_bps"
    /// Root of the mean squared error.
    case rmse
    /// `rmse` in basis points.
    case rmseBps = "rmse_bps"
    /// Largest absolute error.
    case maxae
    /// `maxae` in basis points.
    case maxaeBps = "maxae_bps"
    /// Mean absolute percentage error.
    case mape
    /// Symmetric mean absolute percentage error, as in the M4 competition.
    case smape
    /// Mean absolute scaled error: each error over the mean one-trade move up to its origin (Hyndman and Koehler 2006).
    case mase
    /// Root mean squared scaled error, scaled likewise by squares (M5).
    case rmsse
    /// MAE over the MAE of `last`.
    case relmae
    /// RMSE over the RMSE of `last`.
    case relrmse
    /// 1 − Σe² / Σ(y−p₀)²: the share of the moves' squares that the model explains (Campbell and Thompson 2008).
    case r2OOS = "r2_oos"
    /// Theil's U2, √(Σe² / Σ(y−p₀)²).
    case u2
    /// Share of the predicted directions that came true, among points where both moves are not 0.
    case da
    /// Share of actual prices within the interval.
    case coverage
    /// Mean width of the interval.
    case width
    /// `width` in basis points.
    case widthBps = "width_bps"
    /// Winkler's (1972) interval score.
    case winkler
    /// `winkler` in basis points.
    case winklerBps = "winkler_bps"
    /// Diebold–Mariano statistic against `last`, squared errors in basis points; negative favours the model.
    case dm
    /// Its two-sided p-value.
    case dmP = "dm_p"
    /// Clark–West statistic against `last`; positive favours the model.
    case cw
    /// Its one-sided p-value.
    case cwP = "cw_p"

    /// Whether 95 % bounds, `.lo` and `.hi`, go with it.
    public var hasBounds: Bool {
        switch self {
        case .mae, .maeBps, .rmse, .rmseBps, .relmae, .relrmse, .mase, .r2OOS, .da: true
        default: false
        }
    }

    /// Whether it is in the symbol's price units, and so has no meaning across symbols.
    var isInPriceUnits: Bool {
        switch self {
        case .bias, .mae, .rmse, .maxae, .width, .winkler: true
        default: false
        }
    }
}

/// A measure's value; what is undefined is so with a reason, never 0 or infinity.
public struct MetricValue: Sendable, Equatable {
    /// Why there is no value, as reports name it.
    public enum Reason: String, Sendable {
        /// Nothing was scored.
        case noPoints = "no-points"
        /// A divisor is 0: prices did not move.
        case zeroDivisor = "zero-divisor"
        /// No point where both the actual and the predicted move are not 0.
        case noMoves = "no-moves"
        /// No prediction carried an interval.
        case noInterval = "no-interval"
        /// Prices of several symbols do not add up.
        case mixedUnits = "mixed-units"
        /// The model gave no finite number at some point.
        case failed
        /// Too few points for a statistic.
        case tooFewPoints = "too-few-points"
        /// The variance of the loss difference is 0, negative or rounding dust.
        case nonPositiveVariance = "non-positive-variance"
        /// `last` is not compared with itself.
        case sameModel = "same-model"
        /// The larger model does not nest `last`.
        case notNested = "not-nested"
        /// No symbol has a value.
        case noSymbol = "no-symbol"
    }

    /// The value; nil where undefined.
    public var value: Double?
    /// Why it is undefined.
    public var reason: Reason?
    /// Lower 95 % bound, where the measure has one.
    public var low: Double?
    /// Upper 95 % bound.
    public var high: Double?
    /// Symbols behind an unweighted mean over symbols; nil elsewhere.
    public var symbols: Int?

    /// A defined value; a half-width that is not finite gives no bounds.
    static func of(_ value: Double, halfWidth: Double? = nil) -> MetricValue {
        guard let halfWidth, halfWidth.isFinite else { return MetricValue(value: value) }
        return MetricValue(value: value, low: value - halfWidth, high: value + halfWidth)
    }

    /// An undefined one.
    static func undefined(_ reason: Reason) -> MetricValue { MetricValue(reason: reason) }
}
