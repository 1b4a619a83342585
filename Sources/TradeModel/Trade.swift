/// One trade as Finnhub reports it.
public struct Trade: Sendable, Hashable {
    /// The symbol as subscribed, compared exactly: `AAPL`, `BINANCE:BTCUSDT`, `IC MARKETS:1`.
    public var symbol: String
    /// Price, in the symbol's quote currency.
    public var price: DecimalText
    /// Volume, in shares or units of the base currency; 0 is a price update, not a trade.
    public var volume: DecimalText
    /// The exchange's trade time in ms since the epoch; it runs backwards at times.
    public var time: Int64
    /// Sale conditions as sent.
    public var conditions: SaleConditions

    /// Makes a trade.
    public init(symbol: String, price: DecimalText, volume: DecimalText, time: Int64, conditions: SaleConditions) {
        self.symbol = symbol
        self.price = price
        self.volume = volume
        self.time = time
        self.conditions = conditions
    }
}
