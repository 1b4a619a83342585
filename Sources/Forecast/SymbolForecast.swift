import TradeModel

/// The forecasts of one symbol: a value, bounded, and equal bit for bit wherever the same trades are handled.
///
/// For each trade, in arrival order: continuity, resolve what is due (score, then learn), update the features,
/// predict (backtest.md, section 1). A prediction precedes learning from its own label; that order is fixed here.
/// No clock, randomness, locale, hash order, thread or batch boundary reaches a result.
///
/// Every symbol counts as continuous for now: boundaries are a new stream, a new segment and silence, and code 24 is
/// admitted like a regular code. A trade without stream (a header-less frame) has unknown continuity, so only silence
/// is a boundary for it. A stretch between boundaries stands for the session where a model speaks of one.
public struct SymbolForecast: Sendable {
    /// The version of the encoded state.
    static let stateVersion: UInt8 = 2

    /// What is predicted, and by which rules.
    public let configuration: ForecastConfiguration
    /// The models, in the order of each prediction's forecasts.
    public let models: [ForecastModel]
    /// What happened so far.
    public internal(set) var counts = ForecastCounts()
    /// Eligible trades in the state's life.
    public internal(set) var eligibleTrades: Int64 = 0
    /// The symbol clock τ: the largest accepted trade time, in ms since the epoch.
    public internal(set) var clock: Int64?
    /// The stream of the last accepted trade that had one.
    public internal(set) var stream: String?
    /// The segment of the last accepted trade, nil if unknown.
    public internal(set) var segment: Int64?

    /// The last eligible trade since the boundary: the label of a time horizon, once proven.
    var label: Label?
    /// The cell of the last eligible trade, for origins by time.
    var originCell: Int64?
    var windows = FeatureWindows()
    var pending = PendingQueue()
    var ols: GivensRegression?
    var ar1: GivensRegression?
    var errors: [ErrorWindow]
    let eligibility: Eligibility
    let originRule: OriginRule
    /// Space for one row of features; no part of the state.
    var row = [Double](repeating: 0, count: FeatureWindows.count)

    /// A trade whose price may become a label.
    struct Label: Sendable, Equatable {
        var identity: TradeIdentity
        var time: Int64
        var price: Double
    }

    /// An empty state.
    ///
    /// - Parameters:
    ///   - configuration: a configuration that `validate()` accepts.
    ///   - models: the models to run, each at most once. A prediction never depends on which others run.
    public init(configuration: ForecastConfiguration, models: [ForecastModel]) {
        precondition(Set(models).count == models.count, "a model runs once")
        self.configuration = configuration
        self.models = models
        eligibility = Eligibility(oddLots: configuration.oddLots)
        originRule = configuration.originRule
        errors = models.map { _ in ErrorWindow(levelPermille: configuration.levelPermille) }
        if models.contains(.ols) {
            ols = GivensRegression(
                columns: FeatureWindows.count, lambda: configuration.lambda, ridge: configuration.ridge)
        }
        if models.contains(.ar1) {
            ar1 = GivensRegression(columns: 2, lambda: configuration.lambda, ridge: configuration.ridge)
        }
    }

    /// Predictions that wait for their label.
    public var pendingCount: Int { pending.count }

    /// The names of the features, in order.
    public static var featureNames: [String] { FeatureWindows.names }

    /// The features at the last eligible trade, in order of `featureNames`; meaningful after the first.
    public var features: [Double] {
        var x = [Double](repeating: 0, count: FeatureWindows.count)
        var windows = windows
        windows.features(into: &x)
        return x
    }

    /// The regression behind a model; nil for a model without one, or that does not run.
    public func regression(of model: ForecastModel) -> GivensRegression? {
        switch model {
        case .ols: ols
        case .ar1: ar1
        case .last, .drift, .ewma: nil
        }
    }

    /// The names of a model's regressors; empty for a model without regression.
    public static func regressors(of model: ForecastModel) -> [String] {
        switch model {
        case .ols: FeatureWindows.names
        case .ar1: Array(FeatureWindows.names.prefix(2))
        case .last, .drift, .ewma: []
        }
    }

    /// Counts a trade that the caller stored as backfill and does not forecast with.
    public mutating func countBackfill() { counts.backfill &+= 1 }
}
