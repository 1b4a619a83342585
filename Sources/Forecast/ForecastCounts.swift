/// What happened to the trades and predictions of one symbol.
///
/// At any moment `origins` = `scored` + `warmup` + `censored` + pending.
public struct ForecastCounts: Sendable, Equatable {
    /// Predictions issued.
    public var origins: Int64 = 0
    /// Predictions scored.
    public var scored: Int64 = 0
    /// Predictions resolved within the warm-up.
    public var warmup: Int64 = 0
    /// Predictions censored by a boundary.
    public var censored: Int64 = 0
    /// Origins refused because `--max-pending` predictions were pending.
    public var refused: Int64 = 0
    /// Trades too far behind the symbol clock.
    public var late: Int64 = 0
    /// Trades too far after their receipt.
    public var future: Int64 = 0
    /// Trades stored as backfill: counted by the pipeline, unseen by the forecast.
    public var backfill: Int64 = 0

    /// All zero.
    public init() {}

    /// The counts in the order in which they are declared, which is the order of their encoding.
    var fields: [Int64] { [origins, scored, warmup, censored, refused, late, future, backfill] }
}
