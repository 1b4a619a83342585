import TradeModel

/// A prediction that waits for its label, as the states document stores it.
public struct PendingOrigin: Sendable, Equatable {
    /// The trade from which it was made.
    public var origin: TradeIdentity
    /// The symbol clock τ₀ at the origin, in ms since the epoch.
    public var time: Int64
    /// The origin's price p₀.
    public var price: Double
    /// One forecast per model, in the models' order.
    public var forecasts: ModelForecasts
    /// What only `Forecast` reads: version, the origin's ordinal among the eligible trades, its features.
    public var x: [UInt8]

    /// Joins the parts, as read from a document.
    public init(origin: TradeIdentity, time: Int64, price: Double, forecasts: ModelForecasts, x: [UInt8]) {
        self.origin = origin
        self.time = time
        self.price = price
        self.forecasts = forecasts
        self.x = x
    }
}

/// The state of one symbol in the parts that a states document holds (pipeline.md, section 3).
public struct SymbolStateParts: Sendable, Equatable {
    /// Eligible trades in the state's life.
    public var n: Int64
    /// The symbol clock τ, in ms since the epoch; nil before the first accepted trade.
    public var tau: Int64?
    /// The segment of the last accepted trade; nil: unknown.
    public var segment: Int64?
    /// The session; 0 while every symbol counts as continuous.
    public var session: Int32
    /// What happened so far.
    public var counts: ForecastCounts
    /// Regressions and past errors, little-endian.
    public var model: [UInt8]
    /// Features, the last eligible trade and the stream, little-endian.
    public var windows: [UInt8]
    /// What waits for its label, oldest first.
    public var pending: [PendingOrigin]

    /// Joins the parts, as read from a document.
    public init(
        n: Int64, tau: Int64?, segment: Int64?, session: Int32, counts: ForecastCounts, model: [UInt8],
        windows: [UInt8], pending: [PendingOrigin]
    ) {
        self.n = n
        self.tau = tau
        self.segment = segment
        self.session = session
        self.counts = counts
        self.model = model
        self.windows = windows
        self.pending = pending
    }
}
