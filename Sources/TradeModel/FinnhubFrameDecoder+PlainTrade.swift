extension FinnhubFrameDecoder {
    /// Decodes an object written exactly as Finnhub's server writes it, or declines.
    ///
    /// The short way for almost every trade, its symbol and its sale conditions being known. What it decodes,
    /// `decodeObject` decodes alike; what it declines (`nil`, position unchanged) goes there, errors included.
    @inline(__always)
    mutating func plainTrade(_ text: Span<UInt8>, _ position: inout Int) -> Trade? {
        var end = position
        guard let plain = PlainTrade(text, &end), let symbol = symbols.value(text, plain.symbol),
            let conditions = plainConditions(text, plain.conditions)
        else { return nil }
        position = end
        return Trade(
            symbol: symbol, price: plain.price.decimal(text), volume: plain.volume.decimal(text), time: plain.time,
            conditions: conditions)
    }

    @inline(__always)
    private func plainConditions(_ text: Span<UInt8>, _ range: Range<Int>) -> SaleConditions? {
        if range.isEmpty { return .absent }
        if text[range.lowerBound] == UInt8(ascii: "n") { return .null }
        return conditions.value(text, range)
    }
}
