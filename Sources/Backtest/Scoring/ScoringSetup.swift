import Forecast

/// What scoring needs to know of the configuration, worked out once.
struct ScoringSetup: Sendable {
    let configuration: ForecastConfiguration
    /// The model under test, then the baselines.
    let models: [ForecastModel]
    /// Place of `last` among the models.
    let last: Int
    let alpha: Double
    /// The horizon, in trades or ms.
    let horizonLength: Int64
    let countsTrades: Bool
    let variance: DieboldMariano.Variance

    init(configuration: ForecastConfiguration, variance: DieboldMariano.Variance) {
        self.configuration = configuration
        self.variance = variance
        models = [.ols] + ForecastModel.baselines
        last = models.firstIndex(of: .last) ?? 0
        alpha = Double(1_000 - configuration.levelPermille) / 1_000
        switch configuration.horizon {
        case .trades(let count):
            horizonLength = Int64(count)
            countsTrades = true
        case .time(let milliseconds):
            horizonLength = milliseconds
            countsTrades = false
        }
    }
}
