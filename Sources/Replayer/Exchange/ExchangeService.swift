import Diagnostics
import Synchronization
import Tape
import TradeModel
import WebSocket

/// Serves tapes as a Finnhub-compatible WebSocket until it is stopped.
///
/// Clients, timers and requests are served by one thread; each client's tape is played by a thread of its own, or one
/// thread plays to all.
public final class ExchangeService: Sendable {
    /// Where it listens, with the port that was taken.
    public let address: ListenAddress
    private let market: ExchangeMarket
    private let players: PlayerTable
    private let loop: ServiceLoop
    private let begun: ContinuousClock.Instant
    private let isStopped = Atomic<Bool>(false)

    /// Opens the tapes and listens.
    ///
    /// Blocks until both is done.
    ///
    /// - Parameters:
    ///   - configuration: what to serve.
    ///   - log: clients, faults, failures.
    ///   - makeTime: makes the time source of each player.
    ///   - instant: reads an RFC 3339 instant of a seek, ns since the epoch.
    /// - Throws: ``ReplayError`` for a setting out of range, a tape that cannot be read, an address in use.
    public convenience init(
        configuration: ExchangeConfiguration, log: Log = .silent,
        makeTime: @escaping @Sendable () -> any ReplayTimeSource = { SystemTimeSource() },
        instant: @escaping @Sendable (String) -> Int64? = { _ in nil }
    ) throws(ReplayError) {
        try Self.validate(configuration)
        var configuration = configuration
        if configuration.follows {
            configuration.isShared = true
            configuration.speed = .maximum
        }
        let settings = configuration
        let (symbols, start) = try Self.look(at: configuration)
        let market = ExchangeMarket(
            configuration: settings, log: log, symbols: symbols, start: start, makeTime: makeTime
        ) { window throws(TapeError) in
            if settings.follows { return try LiveSource(settings.tapes.first ?? "") }
            var reader = settings.reader
            reader.window = window
            return try TapeReader(paths: settings.tapes, configuration: reader)
        }
        try self.init(market: market, instant: instant)
    }

    /// Listens for clients of a market.
    init(
        market: ExchangeMarket, instant: @escaping @Sendable (String) -> Int64? = { _ in nil }
    ) throws(ReplayError) {
        self.market = market
        let players = PlayerTable()
        self.players = players
        do throws(WebSocketError) {
            loop = try ServiceLoop(name: "exchange")
            let handler = ExchangeHandler(
                market: market, players: players, loop: loop,
                routes: ControlRoutes(on: market.configuration.listen, instant: instant))
            do throws(WebSocketError) {
                address = try HTTPServer.start(
                    on: market.configuration.listen, loop: loop, maximumMessageBytes: 64 << 10, handler: handler
                ).address
            } catch {
                loop.stop()
                throw error
            }
        } catch {
            throw .webSocket(error)
        }
        begun = .now
    }

    /// Ends all connections and plays; the same report again if it was stopped before.
    ///
    /// Blocks until the service thread has ended; not to be called on it.
    @discardableResult
    public func stop() -> ExchangeReport {
        if !isStopped.exchange(true, ordering: .sequentiallyConsistent) {
            players.close()
            loop.stop()
        }
        return report
    }

    /// Whether its market has come to the live end of a capture in progress.
    var isAtLiveEnd: Bool { players.running.contains { $0.status.isWaiting } }

    /// What it has done so far.
    public var report: ExchangeReport {
        let (entries, count) = market.ledger.account
        return ExchangeReport(
            configuration: market.configuration, counts: market.counts.withLock { $0 }, faults: entries,
            faultCount: count, duration: ContinuousClock.now - begun)
    }

    private static func validate(_ configuration: ExchangeConfiguration) throws(ReplayError) {
        guard !configuration.tapes.contains("-") else {
            throw .badOption(
                name: "tape", given: "-", accepted: "files: each client reads them again, which standard input cannot")
        }
        if configuration.follows,
            configuration.tapes.count != 1 || configuration.laps != 1 || configuration.atEnd == .loop
        {
            throw .badOption(
                name: "--follow", given: "\(configuration.tapes.count) tapes",
                accepted: "one tape or folder, without loops")
        }
        let checks: [(String, Int, ClosedRange<Int>)] = [
            ("--max-symbols", configuration.maximumSymbols, 1...100_000), ("--loop", configuration.laps, 0...1_000_000),
            ("clients", configuration.maximumClients, 1...10_000),
            ("queue", configuration.queueBytes, 1...(1 << 30)),
        ]
        for (name, value, range) in checks where !range.contains(value) {
            throw .badOption(name: name, given: "\(value)", accepted: "\(range.lowerBound) to \(range.upperBound)")
        }
        for fault in configuration.faults {
            if case .probability(let probability) = fault.trigger, !(0...1).contains(probability) {
                throw .badOption(name: "--fault", given: "p=\(probability)", accepted: "a probability from 0 to 1")
            }
        }
    }

    /// The tapes' symbols and start.
    private static func look(at configuration: ExchangeConfiguration) throws(ReplayError) -> (Set<String>, Int64) {
        let found: (symbols: Set<String>, start: Int64)
        do throws(TapeError) {
            if configuration.follows {
                let header = try LiveSource.header(of: configuration.tapes.first ?? "")
                found = (Set(header.symbols), header.receive)
            } else {
                found = try read(configuration)
            }
        } catch {
            throw .tape(error)
        }
        guard
            !configuration.waitsForSubscriptions || configuration.isShared
                || found.symbols.count <= configuration.maximumSymbols
        else {
            throw .badOption(
                name: "--wait-subscribed", given: "for \(found.symbols.count) symbols",
                accepted: "a --max-symbols that allows as many, now \(configuration.maximumSymbols)")
        }
        return found
    }

    private static func read(_ configuration: ExchangeConfiguration) throws(TapeError) -> (Set<String>, Int64) {
        let reader = try TapeReader(paths: configuration.tapes, configuration: configuration.reader)
        let symbols = Set(reader.streams.flatMap(\.symbols))
        var start = reader.streams.map(\.receive).min() ?? 0
        if reader.streams.contains(where: { $0.clock == .tradeTime }) { start = .max }
        // Imported files name no symbols: only their frames do.
        guard configuration.waitsForSubscriptions, reader.streams.contains(where: { $0.symbols.isEmpty }) else {
            return (symbols, try begin(start, reader))
        }
        let (found, first) = try scan(reader)
        return (symbols.union(found), min(start, first))
    }

    private static func begin(_ start: Int64, _ reader: TapeReader) throws(TapeError) -> Int64 {
        guard start == .max else { return start }
        while let batch = try reader.next() { if let first = batch.lines.first { return first.receive } }
        return 0
    }

    private static func scan(_ reader: TapeReader) throws(TapeError) -> (Set<String>, Int64) {
        var decoder = FinnhubFrameDecoder()
        var symbols: Set<String> = []
        var first = Int64.max
        while let batch = try reader.next() {
            for line in batch.lines {
                first = min(first, line.receive)
                guard line.kind == .frame, (try? decoder.decode(batch.text.span.extracting(line.body))) != nil else {
                    continue
                }
                for trade in decoder.trades { symbols.insert(trade.trade.symbol) }
            }
        }
        return (symbols, first)
    }
}
