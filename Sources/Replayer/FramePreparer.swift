import Tape
import TradeModel

/// Decodes batches of lines for the player; used by one thread at a time.
///
/// Trades are passed on as they came, so that a frame as the server writes it is only surveyed; the decoder reads all
/// others.
struct FramePreparer {
    private let form: RecordForm
    private var survey = FinnhubFrameSurvey()
    private var decoder = FinnhubFrameDecoder()
    private var symbols: BatchSymbols

    /// Makes one.
    ///
    /// - Parameters:
    ///   - form: what becomes a record.
    ///   - wanted: symbols whose trades do; nil is all.
    init(form: RecordForm, wanted: Set<String>?) {
        self.form = form
        symbols = BatchSymbols(wanted: wanted)
    }

    /// Reads what the lines hold.
    mutating func prepare(_ batch: TapeBatch) -> PreparedBatch {
        var lines: [PreparedBatch.Line] = []
        var records: [PreparedBatch.Record] = []
        symbols.startBatch()
        lines.reserveCapacity(batch.lines.count)
        for (number, line) in batch.lines.enumerated() {
            let first = records.count
            var filtered = 0
            let content = read(line, Int32(truncatingIfNeeded: number), of: batch, &records, &filtered)
            if form == .frames, Self.isMessage(line, of: batch) {
                records.append(
                    PreparedBatch.Record(
                        line.body, index: 0, line: Int32(truncatingIfNeeded: number), symbol: 0,
                        time: content.latestTrade ?? line.receive / 1_000_000))
            }
            lines.append(PreparedBatch.Line(content: content, records: first..<records.count, filtered: filtered))
        }
        return PreparedBatch(
            batch: batch, lines: lines, records: records, symbols: form == .frames ? ["*"] : symbols.names)
    }

    /// Whether a line is a text message, be it JSON or not.
    private static func isMessage(_ line: TapeLine, of batch: TapeBatch) -> Bool {
        switch line.kind {
        case .event: false
        case .frame, .text: true
        case .binary: batch.isTextOpcode(line)
        }
    }

    /// Reads a line; where trades are wanted as records, adds them and counts those that are not wanted.
    private mutating func read(
        _ line: TapeLine, _ number: Int32, of batch: TapeBatch, _ records: inout [PreparedBatch.Record],
        _ filtered: inout Int
    ) -> PreparedBatch.Content {
        switch line.kind {
        case .event: return .event
        case .text, .binary: return .message
        case .frame: break
        }
        let frame = batch.text.span.extracting(line.body)
        var latest: Int64?
        func add(_ range: Range<Int>, index: Int32, time: Int64, symbol: Int) {
            latest = max(latest ?? .min, time)
            guard form == .trades else { return }
            guard let symbol = symbols.place(of: symbol) else { return filtered += 1 }
            let offset = line.body.lowerBound
            records.append(
                PreparedBatch.Record(
                    offset + range.lowerBound..<offset + range.upperBound, index: index, line: number, symbol: symbol,
                    time: time))
        }
        if survey.read(frame) {
            for (index, trade) in survey.trades.enumerated() {
                add(
                    trade.range, index: Int32(truncatingIfNeeded: index), time: trade.time, symbol: trade.symbol)
            }
            return .trades(latest: latest, rejected: 0, nil)
        }
        do throws(FrameError) { _ = try decoder.decode(frame) } catch { return .undecodable(error) }
        guard !decoder.trades.isEmpty || !decoder.rejections.isEmpty else { return .noTrades }
        for framed in decoder.trades {
            let (symbol, isNew) = symbols.number(of: framed.trade.symbol)
            if isNew { survey.learn(framed.trade.symbol, number: symbol) }
            add(framed.range, index: framed.index, time: framed.trade.time, symbol: symbol)
        }
        return .trades(latest: latest, rejected: decoder.rejections.count, decoder.rejections.first?.error)
    }
}
