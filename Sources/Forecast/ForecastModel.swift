/// The models of backtest.md, section 5, that run now.
public enum ForecastModel: String, Sendable, CaseIterable {
    /// Recursive least squares of the return on the default features, by Givens rotations.
    case ols
    /// The price stays: ρ̂ = 0.
    case last
    /// The mean one-trade return since the last boundary, times the horizon.
    case drift
    /// The exponentially weighted mean price, half-life 100 trades.
    case ewma
    /// `ols` on {1, last return}.
    case ar1

    /// The baselines that a backtest always runs beside the model.
    public static let baselines: [ForecastModel] = [.last, .drift, .ewma, .ar1]
}
