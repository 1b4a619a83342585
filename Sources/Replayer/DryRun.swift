import JSONText
import Tape
import TradeModel

/// What a replay would publish and how long it would take, without a connection to anything.
public struct DryRun: Sendable {
    /// Records by symbol, sorted by UTF-8 bytes.
    public private(set) var symbols: [(symbol: String, records: Int)] = []
    /// Lines, rejected frames and trades, trades that were not asked for.
    public private(set) var counts = ReplayCounts()
    /// `gap` and `dropped` lines.
    public private(set) var gaps = 0
    /// Trades whose time lies before that of an earlier trade of their symbol.
    public private(set) var disorderedTrades = 0
    /// How far the worst of them lies back, ms.
    public private(set) var worstDisorder: Int64 = 0
    /// Tape time of one lap, without what `--max-gap` leaves out.
    public private(set) var tapeSeconds: Double = 0
    /// Seconds from the first record to the last, delays between laps included; nil at top speed and without an end.
    public private(set) var predictedSeconds: Double?
    /// Records of all laps; nil without an end.
    public private(set) var records: Int?

    /// Reads the tapes of a replay.
    ///
    /// - Throws: ``ReplayError`` as the replay would.
    public init(_ configuration: ReplayConfiguration, shouldStop: () -> Bool = { false }) throws(ReplayError) {
        try configuration.validate()
        let tapes: Tapes
        do throws(TapeError) { tapes = try Tapes(configuration) } catch { throw .tape(error) }
        var survey = Survey(configuration)
        let source = try tapes.source()
        let window = tapes.isWindowed ? nil : tapes.window
        while !shouldStop() {
            let batch: TapeBatch?
            do throws(TapeError) { batch = try source.next() } catch { throw .tape(error) }
            guard let batch else { break }
            for line in batch.lines where window?.contains(line.receive) ?? true { survey.add(line, of: batch) }
        }
        finish(survey, configuration)
    }

    private mutating func finish(_ survey: Survey, _ configuration: ReplayConfiguration) {
        counts = survey.counts
        gaps = survey.gaps
        disorderedTrades = survey.disordered
        worstDisorder = survey.worst
        symbols = survey.symbols.sorted { $0.published > 0 }.map { ($0.name, $0.published) }
        tapeSeconds = Double(survey.timing.tape) / 1e9
        guard configuration.laps > 0 else { return }
        let once = symbols.reduce(0) { $0 + $1.records }
        records = once * configuration.laps
        let delays = Double(configuration.loopDelay.wholeNanoseconds) / 1e9 * Double(configuration.laps - 1)
        switch configuration.speed {
        case .maximum: break
        case .rate(let rate): predictedSeconds = tapeSeconds / rate.value * Double(configuration.laps) + delays
        case .perSecond(let rate):
            predictedSeconds = Double(max(0, once * configuration.laps - 1)) / rate.value + delays
        }
    }

    /// What is gathered line by line.
    private struct Survey {
        let configuration: ReplayConfiguration
        var symbols = SymbolTable()
        var counts = ReplayCounts()
        var timing = ReplayTiming()
        var gaps = 0
        var disordered = 0
        var worst: Int64 = 0
        private var latest: [Int64] = []
        private var decoder = FinnhubFrameDecoder()

        init(_ configuration: ReplayConfiguration) { self.configuration = configuration }

        mutating func add(_ line: TapeLine, of batch: TapeBatch) {
            counts.lines += 1
            if line.startsSegment { gaps += 1 }
            var frameLatest: Int64?
            switch line.kind {
            case .event: counts.events += 1
            case .text, .binary: counts.framesWithoutTrades += 1
            case .frame: frameLatest = addFrame(line, of: batch)
            }
            if configuration.form == .frames,
                line.kind == .frame || line.kind == .text || line.kind == .binary && batch.isTextOpcode(line)
            {
                symbols.countPublished(symbols.number(of: "*"))
            }
            let paced = timing.pacedTime(of: line, latestTrade: frameLatest, configuration.pace)
            if !timing.isAnchored { timing.anchored(at: paced) }
            if let gap = configuration.maximumGap { _ = timing.skip(to: paced, gap: gap.wholeNanoseconds) }
            timing.played(line, paced: paced)
        }

        private mutating func addFrame(_ line: TapeLine, of batch: TapeBatch) -> Int64? {
            do throws(FrameError) {
                _ = try decoder.decode(batch.text.span.extracting(line.body))
            } catch {
                counts.rejectedFrames += 1
                counts.firstRejection = counts.firstRejection ?? "\(batch.path): seq \(line.sequence): \(error)"
                return nil
            }
            counts.rejectedTrades += decoder.rejections.count
            if decoder.trades.isEmpty { counts.framesWithoutTrades += 1 }
            for trade in decoder.trades {
                guard configuration.symbols?.contains(trade.trade.symbol) ?? true else {
                    counts.filteredTrades += 1
                    continue
                }
                let number = symbols.number(of: trade.trade.symbol)
                if configuration.form == .trades { symbols.countPublished(number) }
                while latest.count <= number { latest.append(.min) }
                if trade.trade.time < latest[number] {
                    disordered += 1
                    worst = max(worst, latest[number] - trade.trade.time)
                } else {
                    latest[number] = trade.trade.time
                }
            }
            return decoder.trades.map(\.trade.time).max()
        }
    }

    /// The result for machines.
    public var json: JSONValue {
        var bySymbol: [String: JSONValue] = [:]
        for symbol in symbols { bySymbol[symbol.symbol] = JSONValue(symbol.records) }
        return [
            "schema": 1, "dryRun": true, "symbols": .object(bySymbol),
            "records": records.map { JSONValue($0) } ?? .null,
            "lines": JSONValue(counts.lines), "events": JSONValue(counts.events), "gaps": JSONValue(gaps),
            "disorderedTrades": JSONValue(disorderedTrades), "worstDisorderMilliseconds": .int(worstDisorder),
            "framesWithoutTrades": JSONValue(counts.framesWithoutTrades),
            "rejectedFrames": JSONValue(counts.rejectedFrames), "rejectedTrades": JSONValue(counts.rejectedTrades),
            "filteredTrades": JSONValue(counts.filteredTrades), "tapeSeconds": .double(tapeSeconds),
            "predictedSeconds": JSONValue(predictedSeconds),
        ]
    }
}
