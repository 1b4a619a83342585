import TradeModel

/// Turns batches into the text of `tape cat`, in any of its forms.
public struct TapePrinter: Sendable {
    /// What is printed.
    public enum Form: String, Sendable, CaseIterable {
        /// Lines as they stand in a tape, headers included.
        case lines
        /// The frames that are JSON, verbatim, one a line.
        case frames
        /// One row for each good trade: `stream,seq,index,receive,t,s,p,v,c`.
        case tradesCSV = "trades-csv"
        /// One row for each bar: `start,symbol,open,high,low,close,volume,trades`.
        case barsCSV = "bars-csv"
    }

    private let form: Form
    private let symbols: Set<String>?
    private var bars: TradeBars
    private var decoder = FinnhubFrameDecoder()
    private var isStarted = false
    /// Lines or rows printed.
    public private(set) var printed: Int64 = 0
    /// Lines that have no place in this form: events, and frames that are no JSON.
    public private(set) var leftOut: Int64 = 0

    /// Why trades made no bar, and how many, by name.
    public var drops: [TapeInfo.Count] { bars.drops }

    /// Makes a printer.
    ///
    /// - Parameters:
    ///   - form: what is printed.
    ///   - symbols: only frames and trades of these; nil: all.
    ///   - every: length of a bar, ms.
    ///   - eligibility: what a trade is to a bar.
    public init(
        _ form: Form, symbols: [String]? = nil, every: Int64 = 60_000,
        eligibility: @escaping @Sendable (Trade) -> TradeBars.Eligibility = { _ in .eligible }
    ) {
        self.form = form
        self.symbols = symbols.map(Set.init)
        bars = TradeBars(every: every, eligibility: eligibility)
    }

    /// Appends the text of a batch.
    public mutating func append(_ batch: TapeBatch, to out: inout [UInt8]) {
        start(&out)
        if form == .lines, let header = batch.headerLine {
            out += header
            out.append(0x0A)
            printed += 1
        }
        for line in batch.lines {
            switch form {
            case .lines:
                guard line.kind == .event || isWanted(line, batch) else { continue }
                if batch.isMerged { out += "{\"stream\":\"\(batch.header.stream)\",".utf8 }
                let start = out.count
                batch.appendEnvelope(of: line, to: &out)
                // The envelope's own brace stands before its stream.
                if batch.isMerged { out.remove(at: start) }
                end(&out)
            case .frames:
                guard line.kind == .frame else {
                    leftOut += 1
                    continue
                }
                guard isWanted(line, batch) else { continue }
                out += batch.text[line.body]
                end(&out)
            case .tradesCSV, .barsCSV: appendTrades(of: line, batch, to: &out)
            }
        }
    }

    /// Appends what was held back: the last bars.
    public mutating func finish(to out: inout [UInt8]) {
        start(&out)
        guard form == .barsCSV else { return }
        printed += bars.finish(to: &out)
    }

    private mutating func start(_ out: inout [UInt8]) {
        guard !isStarted else { return }
        isStarted = true
        switch form {
        case .lines, .frames: return
        case .tradesCSV: out += "stream,seq,index,receive,t,s,p,v,c\n".utf8
        case .barsCSV: out += "start,symbol,open,high,low,close,volume,trades\n".utf8
        }
    }

    private mutating func end(_ out: inout [UInt8]) {
        out.append(0x0A)
        printed += 1
    }

    /// Whether a frame has a trade of the symbols asked for.
    private mutating func isWanted(_ line: TapeLine, _ batch: TapeBatch) -> Bool {
        guard let symbols else { return true }
        guard line.kind == .frame, (try? decoder.decode(batch.text.span.extracting(line.body))) != nil else {
            return false
        }
        return decoder.trades.contains { symbols.contains($0.trade.symbol) }
    }

    private mutating func appendTrades(of line: TapeLine, _ batch: TapeBatch, to out: inout [UInt8]) {
        guard line.kind == .frame, case .trades = try? decoder.decode(batch.text.span.extracting(line.body)) else {
            leftOut += 1
            return
        }
        for framed in decoder.trades where symbols?.contains(framed.trade.symbol) ?? true {
            let trade = framed.trade
            if form == .barsCSV {
                printed += bars.add(trade, receive: batch.header.clock == .recorder ? line.receive : nil, to: &out)
                continue
            }
            out += "\(batch.header.stream),\(line.sequence),\(framed.index),\(line.receive),\(trade.time),".utf8
            CSVText.append(trade.symbol, to: &out)
            out += ",\(trade.price.text),\(trade.volume.text),".utf8
            if case .codes(let codes) = trade.conditions { CSVText.append(codes.joined(separator: " "), to: &out) }
            end(&out)
        }
    }
}
