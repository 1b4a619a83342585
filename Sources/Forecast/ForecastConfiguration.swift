/// Every option that can reach a prediction, and so belongs to its revision.
public struct ForecastConfiguration: Sendable, Equatable {
    /// The number of the algorithm; it grows whenever any bit of any prediction changes.
    ///
    /// A golden digest in the tests forces it up.
    public static let algorithm = 2

    /// How far ahead a prediction looks.
    ///
    /// Default: one trade.
    public var horizon: Horizon = .trades(1)
    /// Which trades are origins; nil means each trade, or for a time horizon the first of each second.
    ///
    /// Default: nil.
    public var every: OriginRule?
    /// How far, in ms, a trade may lie behind the symbol clock before it is late.
    ///
    /// Default: 5,000.
    public var latenessMilliseconds: Int64 = 5_000
    /// How far, in ms, a trade's time may lie after its receipt before it counts as future.
    ///
    /// Default: 60,000.
    public var futureMilliseconds: Int64 = 60_000
    /// The step of the symbol clock, in ms, above which silence is a boundary.
    ///
    /// Default: 1,800,000 (30 min).
    public var maxSilenceMilliseconds: Int64 = 1_800_000
    /// Pending predictions a symbol may have.
    ///
    /// Default: 1,024.
    public var maxPending = 1_024
    /// Resolved predictions of a symbol that are learnt but not scored.
    ///
    /// Default: 200.
    public var warmup = 200
    /// Whether odd lots (code 12) move the price.
    ///
    /// Default: no.
    public var oddLots = false
    /// The weight that each older row keeps when a new one comes.
    ///
    /// Default: 1, which forgets nothing.
    public var lambda = 1.0
    /// Ridge κ: a pseudo-row √κ·e_k for each regressor but the intercept.
    ///
    /// Default: 0, none.
    public var ridge = 0.0
    /// The level of the prediction interval, in ‰.
    ///
    /// Default: 900.
    public var levelPermille = 900

    /// The defaults.
    public init() {}

    /// The rule that holds: `every`, or its default for the horizon.
    public var originRule: OriginRule {
        if let every { return every }
        switch horizon {
        case .trades: return .trades(1)
        case .time: return .time(milliseconds: 1_000)
        }
    }

    /// How many predictions can be pending at most, nil where only `maxPending` bounds them.
    ///
    /// Nil is a time horizon with origins by trades: a burst may reach the limit, and its origins are refused.
    public var pendingBound: Int? {
        switch (horizon, originRule) {
        case (.trades(let count), .trades(let every)): (count + every - 1) / every
        case (.trades(let count), .time): count
        case (.time(let length), .time(let cell)): Int((length + cell - 1) / cell) + 1
        case (.time, .trades): nil
        }
    }

    /// The interval's level as a fraction, 0.9.
    public var level: Double { Double(levelPermille) / 1_000 }
}
