import Tape
import TradeModel

/// Decodes batches of lines for the player; used by one thread at a time.
struct FramePreparer {
    private let form: RecordForm
    private let wanted: Set<String>?
    private var decoder = FinnhubFrameDecoder()
    /// Number of each symbol in the batch; nil is not wanted.
    private var numbers: [String: Int32?] = [:]
    /// Runs of one symbol are common: comparing is cheaper than hashing.
    private var last: (name: String, number: Int32?)?

    /// Makes one.
    ///
    /// - Parameters:
    ///   - form: what becomes a record.
    ///   - wanted: symbols whose trades do; nil is all.
    init(form: RecordForm, wanted: Set<String>?) {
        self.form = form
        self.wanted = wanted
    }

    /// Reads what the lines hold.
    mutating func prepare(_ batch: TapeBatch) -> PreparedBatch {
        var lines: [PreparedBatch.Line] = []
        var records: [PreparedBatch.Record] = []
        var symbols: [String] = form == .frames ? ["*"] : []
        numbers.removeAll(keepingCapacity: true)
        last = nil
        lines.reserveCapacity(batch.lines.count)
        for (number, line) in batch.lines.enumerated() {
            let content = decode(line, of: batch)
            let first = records.count
            var filtered = 0
            switch form {
            case .trades:
                guard case .trades = content else { break }
                appendTrades(of: line, Int32(truncatingIfNeeded: number), &records, &symbols)
                filtered = decoder.trades.count - (records.count - first)
            case .frames:
                if Self.isMessage(line, of: batch) {
                    records.append(
                        PreparedBatch.Record(
                            start: UInt32(truncatingIfNeeded: line.body.lowerBound),
                            end: UInt32(truncatingIfNeeded: line.body.upperBound), index: 0,
                            line: Int32(truncatingIfNeeded: number), symbol: 0,
                            time: content.latestTrade ?? line.receive / 1_000_000))
                }
            }
            lines.append(PreparedBatch.Line(content: content, records: first..<records.count, filtered: filtered))
        }
        return PreparedBatch(batch: batch, lines: lines, records: records, symbols: symbols)
    }

    /// Whether a line is a text message, be it JSON or not.
    private static func isMessage(_ line: TapeLine, of batch: TapeBatch) -> Bool {
        switch line.kind {
        case .event: false
        case .frame, .text: true
        case .binary: batch.isTextOpcode(line)
        }
    }

    private mutating func decode(_ line: TapeLine, of batch: TapeBatch) -> PreparedBatch.Content {
        switch line.kind {
        case .event: return .event
        case .text, .binary: return .message
        case .frame:
            do throws(FrameError) {
                _ = try decoder.decode(batch.text.span.extracting(line.body))
            } catch {
                return .undecodable(error)
            }
            guard !decoder.trades.isEmpty || !decoder.rejections.isEmpty else { return .noTrades }
            var latest: Int64?
            for index in decoder.trades.indices {
                latest = max(latest ?? .min, decoder.trades[index].trade.time)
            }
            return .trades(latest: latest, rejected: decoder.rejections.count, decoder.rejections.first?.error)
        }
    }

    private mutating func appendTrades(
        of line: TapeLine, _ number: Int32, _ records: inout [PreparedBatch.Record], _ symbols: inout [String]
    ) {
        let offset = line.body.lowerBound
        for position in decoder.trades.indices {
            guard let symbol = self.number(of: decoder.trades[position].trade.symbol, &symbols) else { continue }
            let range = decoder.trades[position].range
            records.append(
                PreparedBatch.Record(
                    start: UInt32(truncatingIfNeeded: offset + range.lowerBound),
                    end: UInt32(truncatingIfNeeded: offset + range.upperBound),
                    index: decoder.trades[position].index, line: number, symbol: symbol,
                    time: decoder.trades[position].trade.time))
        }
    }

    private mutating func number(of name: String, _ symbols: inout [String]) -> Int32? {
        if let last, last.name == name { return last.number }
        let number = numbers[name] ?? add(name, &symbols)
        last = (name, number)
        return number
    }

    private mutating func add(_ name: String, _ symbols: inout [String]) -> Int32? {
        guard wanted?.contains(name) ?? true else {
            numbers[name] = .some(nil)
            return nil
        }
        let number = Int32(truncatingIfNeeded: symbols.count)
        numbers[name] = number
        symbols.append(name)
        return number
    }
}
