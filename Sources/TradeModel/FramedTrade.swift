/// A trade and its place in the frame that brought it.
public struct FramedTrade: Sendable, Equatable {
    /// Index in the frame's `data` array, rejected trades counted.
    public var index: Int32
    /// The trade.
    public var trade: Trade
    /// The bytes of the trade's JSON object in the frame.
    public var range: Range<Int>

    /// Joins a trade with its place.
    public init(index: Int32, trade: Trade, range: Range<Int>) {
        self.index = index
        self.trade = trade
        self.range = range
    }
}
