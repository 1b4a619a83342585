import TradeModel

/// Bars of trades: open, high, low, close, volume and number of trades by symbol and stretch of trade time.
///
/// A bar is printed once its symbol's clock, the largest trade time so far, has passed its end by the lateness: so trades
/// that come late find their bar. Memory is a few bars for each symbol.
public struct TradeBars: Sendable {
    /// What a trade is to a bar.
    public enum Eligibility: Sendable, Equatable {
        /// It moves the price and counts as volume.
        case eligible
        /// It counts as volume only; why.
        case volumeOnly(String)
        /// It counts for nothing; why.
        case dropped(String)
    }

    private struct Bar {
        var start: Int64
        var open: (time: Int64, text: String)?
        var close: (time: Int64, text: String)?
        var high: DecimalText?
        var low: DecimalText?
        var volume = DecimalSum()
        var trades: Int64 = 0
    }

    private struct Symbol {
        var name: String
        var clock: Int64?
        var bars: [Bar] = []
    }

    /// A trade further behind its symbol's clock is late, one further ahead of its receive time is from the future, ms.
    static let lateness: Int64 = 5_000
    static let future: Int64 = 60_000

    private let every: Int64
    private let eligibility: @Sendable (Trade) -> Eligibility
    private var index: [String: Int] = [:]
    private var symbols: [Symbol] = []
    private var counts: [String: Int64] = [:]

    init(every: Int64, eligibility: @escaping @Sendable (Trade) -> Eligibility) {
        self.every = max(1, every)
        self.eligibility = eligibility
    }

    /// Why trades moved no price, and how many, by name.
    var drops: [TapeInfo.Count] {
        counts.map { TapeInfo.Count(name: $0.key, count: $0.value) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Adds a trade and appends the bars that it closes.
    ///
    /// - Returns: rows appended.
    mutating func add(_ trade: Trade, receive: Int64?, to out: inout [UInt8]) -> Int64 {
        let place = index[trade.symbol] ?? symbols.count
        if place == symbols.count {
            index[trade.symbol] = place
            symbols.append(Symbol(name: trade.symbol))
        }
        if let receive, trade.time - receive / 1_000_000 > Self.future {
            counts["future", default: 0] += 1
            return 0
        }
        let clock = symbols[place].clock ?? trade.time
        guard clock - trade.time <= Self.lateness else {
            counts["late", default: 0] += 1
            return 0
        }
        symbols[place].clock = max(clock, trade.time)
        var bars: [Bar] = []
        swap(&bars, &symbols[place].bars)
        add(trade, to: &bars)
        let rows = close(&bars, of: trade.symbol, before: max(clock, trade.time) - Self.lateness, to: &out)
        swap(&bars, &symbols[place].bars)
        return rows
    }

    private mutating func add(_ trade: Trade, to bars: inout [Bar]) {
        let kind = eligibility(trade)
        switch kind {
        case .eligible: break
        case .volumeOnly(let reason): counts[reason, default: 0] += 1
        case .dropped(let reason):
            counts[reason, default: 0] += 1
            return
        }
        let start = trade.time - (trade.time % every + every) % every
        let place = bars.firstIndex { $0.start >= start } ?? bars.count
        if place == bars.count || bars[place].start != start {
            bars.insert(Bar(start: start), at: place)
        }
        bars[place].volume.add(trade.volume.text)
        guard kind == .eligible else { return }
        bars[place].trades += 1
        let bar = bars[place]
        // By trade time, then by arrival.
        if bar.open.map({ trade.time < $0.time }) ?? true { bars[place].open = (trade.time, trade.price.text) }
        if bar.close.map({ trade.time >= $0.time }) ?? true {
            bars[place].close = (trade.time, trade.price.text)
        }
        if bar.high.map({ trade.price.value > $0.value }) ?? true { bars[place].high = trade.price }
        if bar.low.map({ trade.price.value < $0.value }) ?? true { bars[place].low = trade.price }
    }

    private func close(_ bars: inout [Bar], of name: String, before time: Int64, to out: inout [UInt8]) -> Int64 {
        var rows: Int64 = 0
        while let bar = bars.first, bar.start + every <= time {
            append(bar, name, to: &out)
            bars.removeFirst()
            rows += 1
        }
        return rows
    }

    /// Appends the bars that are still open, by time, then by symbol.
    mutating func finish(to out: inout [UInt8]) -> Int64 {
        var rest: [(bar: Bar, name: String)] = []
        for symbol in symbols { rest += symbol.bars.map { ($0, symbol.name) } }
        rest.sort { left, right in
            left.bar.start != right.bar.start
                ? left.bar.start < right.bar.start : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
        for (bar, name) in rest { append(bar, name, to: &out) }
        symbols = []
        index = [:]
        return Int64(rest.count)
    }

    /// A bar of which no trade moved the price has a volume and no prices.
    private func append(_ bar: Bar, _ name: String, to out: inout [UInt8]) {
        out += "\(bar.start),".utf8
        CSVText.append(name, to: &out)
        let prices = [bar.open?.text, bar.high?.text, bar.low?.text, bar.close?.text].map { $0 ?? "" }
        out += ",\(prices.joined(separator: ",")),\(bar.volume.text),\(bar.trades)\n".utf8
    }
}
