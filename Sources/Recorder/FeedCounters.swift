import TradeModel

/// What came in, counted on the feed's thread.
struct FeedCounters: Sendable {
    /// Most symbols that are counted by name; a hostile feed must not fill the memory.
    static let symbolLimit = 10_000
    /// Bounds of the lag's histogram, in ms.
    static let lagBounds: [Int64] = [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 600_000]

    var textFrames: Int64 = 0
    var binaryFrames: Int64 = 0
    var frameBytes: Int64 = 0
    var pings: Int64 = 0
    var serverErrors: Int64 = 0
    var otherMessages: Int64 = 0
    var trades: Int64 = 0
    var rejectedFrames: Int64 = 0
    var rejectedTrades: Int64 = 0
    var tooLong: Int64 = 0
    var pongs: Int64 = 0
    var attempts: Int64 = 0
    var connects: Int64 = 0
    var disconnects: Int64 = 0
    var stalls: Int64 = 0
    var gaps: Int64 = 0
    var clockSteps: Int64 = 0
    /// Trades by symbol, in the order of first sight.
    var symbols: [(name: String, trades: Int64)] { zip(numbers.names, tradesOfSymbol).map { ($0, $1) } }
    private var numbers = SymbolNumbers()
    private var tradesOfSymbol: [Int64] = []
    /// Trades of symbols beyond the limit.
    private(set) var otherTrades: Int64 = 0
    /// Receive time minus trade time: counts by bucket, the last one beyond all bounds.
    private(set) var lagCounts = [Int64](repeating: 0, count: lagBounds.count + 1)
    private(set) var lagMilliseconds: Int64 = 0
    /// Lag of the last trade, ms.
    private(set) var lastLag: Int64?

    /// All messages.
    var frames: Int64 { textFrames + binaryFrames }

    /// The number under which a symbol's trades are counted, nil beyond the limit, and whether it is its first sight.
    mutating func number(of symbol: String) -> (number: Int?, isNew: Bool) {
        if let known = numbers.known(symbol) { return (known, false) }
        guard numbers.names.count < Self.symbolLimit else { return (nil, false) }
        tradesOfSymbol.append(0)
        return (numbers.number(of: symbol).number, true)
    }

    /// Counts a trade.
    ///
    /// - Parameters:
    ///   - number: what ``number(of:)`` gave for its symbol.
    ///   - time: trade time, ms since the epoch.
    ///   - received: receive time of its frame, ms since the epoch.
    mutating func count(_ number: Int?, time: Int64, received: Int64) {
        trades += 1
        let lag = received - time
        lastLag = lag
        lagMilliseconds += max(0, lag)
        var bucket = 0
        while bucket < Self.lagBounds.count, lag > Self.lagBounds[bucket] { bucket += 1 }
        lagCounts[bucket] += 1
        if let number { tradesOfSymbol[number] += 1 } else { otherTrades += 1 }
    }

    /// How many of these symbols have shown a trade.
    func live(of wanted: [String]) -> Int { wanted.count { numbers.known($0) != nil } }
}
