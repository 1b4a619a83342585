import TradeModel

/// What `Forecast` is told of one trade.
public struct Observation: Sendable, Equatable {
    /// Which trade it is.
    public var identity: TradeIdentity
    /// Its price.
    public var price: Double
    /// Its volume.
    public var volume: Double
    /// The exchange's trade time, in ms since the epoch.
    public var time: Int64
    /// Its sale conditions.
    public var conditions: ConditionSet
    /// When it was received, in ns since the epoch; for header-less frames the record's timestamp.
    ///
    /// Nil: unknown.
    public var receive: Int64?
    /// The stream it belongs to; nil for header-less frames, whose continuity is unknown.
    public var stream: String?
    /// The sequence number of the last gap before it, 0 if there was none; nil: unknown.
    public var segment: Int64?

    /// Tells of a trade by its fields.
    public init(
        identity: TradeIdentity, price: Double, volume: Double, time: Int64, conditions: ConditionSet,
        receive: Int64?, stream: String?, segment: Int64?
    ) {
        self.identity = identity
        self.price = price
        self.volume = volume
        self.time = time
        self.conditions = conditions
        self.receive = receive
        self.stream = stream
        self.segment = segment
    }

    /// Tells of a decoded trade.
    public init(trade: borrowing Trade, identity: TradeIdentity, receive: Int64?, stream: String?, segment: Int64?) {
        self.init(
            identity: identity, price: trade.price.value, volume: trade.volume.value, time: trade.time,
            conditions: ConditionSet(trade.conditions), receive: receive, stream: stream, segment: segment)
    }
}
