import TradeModel

/// A synthetic market as a recorder would see it: frames, pings and gaps in the order of their arrival.
///
/// The same configuration gives the same lines on any machine. Needs no file and no memory beyond one frame.
public struct SimulatedMarket: Sendable, Sequence, IteratorProtocol {
    /// The parameters.
    public let configuration: SimulatorConfiguration
    /// Trades made so far, those that gaps swallowed not counted.
    public private(set) var trades = 0

    private var markets: [SymbolMarket] = []
    private var random: RandomBits
    private var lines: [SimulatedLine] = []
    private var frame: [Trade] = []
    private var deadline = Int64.max
    private var ping = Int64.max
    private var gapStart = Int64.max
    private var gapEnd = Int64.max
    private var gapBegan: Int64 = 0
    private var isInGap = false
    private var receive: Int64
    private let end: Int64
    private var isOver = false

    /// Prepares a market.
    ///
    /// - Throws: `SimulatorError` if the configuration is out of range.
    public init(_ configuration: SimulatorConfiguration) throws(SimulatorError) {
        try configuration.validate()
        self.configuration = configuration
        let start = configuration.start * 1_000_000
        receive = start
        end = start + (configuration.duration?.nanoseconds ?? SimulatorConfiguration.longest * 1_000_000_000)
        if configuration.ping > .zero { ping = start + configuration.ping.nanoseconds }
        if let every = configuration.gapEvery { gapStart = start + every.nanoseconds }
        // Each symbol has a generator of its own: adding one leaves the others' trades alone.
        var seeds = RandomBits(seed: configuration.seed)
        random = RandomBits(seed: seeds.next())
        for symbol in configuration.symbols {
            markets.append(
                SymbolMarket(symbol: symbol, configuration: configuration, random: RandomBits(seed: seeds.next())))
        }
    }

    /// The next line, `nil` at the end.
    public mutating func next() -> SimulatedLine? {
        while lines.isEmpty, !isOver { advance() }
        return lines.isEmpty ? nil : lines.removeFirst()
    }

    /// Lets the earliest of what is due happen; ties go in the order of these lines.
    private mutating func advance() {
        var first = 0
        for index in markets.indices where markets[index].next < markets[first].next { first = index }
        let now = Swift.min(deadline, gapEnd, gapStart, ping, markets[first].next)
        if now > end || trades == configuration.trades {
            send(at: Swift.min(deadline, end))
            isOver = true
        } else if now == deadline {
            send(at: now)
        } else if now == gapEnd {
            isInGap = false
            gapEnd = Int64.max
            append(.resumed(length: now - gapBegan), at: now)
        } else if now == gapStart {
            beginGap(at: now)
        } else if now == ping {
            ping = now + configuration.ping.nanoseconds
            if !isInGap { append(.ping, at: now) }
        } else {
            let trade = markets[first].trade()
            if !isInGap { take(trade, at: now) }
        }
    }

    private mutating func take(_ trade: Trade, at now: Int64) {
        if frame.isEmpty { deadline = now + configuration.frameInterval.nanoseconds }
        frame.append(trade)
        trades += 1
        if frame.count == 10 { send(at: now) }
    }

    private mutating func beginGap(at now: Int64) {
        send(at: now)
        append(.gap(from: receive), at: now)
        isInGap = true
        gapBegan = now
        gapEnd = now + configuration.gapLength.nanoseconds
        gapStart = now + (configuration.gapEvery?.nanoseconds ?? 0)
    }

    private mutating func send(at now: Int64) {
        guard !frame.isEmpty else { return }
        append(.trades(frame), at: now)
        frame.removeAll(keepingCapacity: true)
        deadline = Int64.max
    }

    /// Adds a line with the recorder's time, which lags and never stands still.
    private mutating func append(_ content: SimulatedLine.Content, at now: Int64) {
        let delay = Double(configuration.delay.nanoseconds)
        receive = Swift.max(receive + 1, now + Int64(delay + delay / 4 * random.uniform()))
        lines.append(SimulatedLine(receive: receive, content: content))
    }
}

extension Duration {
    /// Whole nanoseconds, for durations within the bounds of the configuration.
    var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
