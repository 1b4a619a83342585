import TradeModel

/// Packs records into lines: trades of one line become its frame again, and a segment that begins becomes a gap.
struct RecordPacker {
    /// A line that records make.
    enum Line: Equatable {
        case frame([UInt8], sequence: Int64, receive: Int64)
        case gap(from: Int64, sequence: Int64, receive: Int64)
    }

    private struct Open {
        var sequence: Int64
        var receive: Int64
        var segment: Int64?
        var lastIndex: Int32
        var trades: [[UInt8]]
    }

    private var decoder = FinnhubFrameDecoder()
    private var sequence: Int64 = 0
    private var receive: Int64 = 0
    private var segment: Int64 = 0
    private var open: Open?
    private(set) var counts = RecordCounts()

    /// Takes the next record.
    ///
    /// - Returns: the lines that are complete now.
    mutating func take(_ record: ImportRecord) -> [Line] {
        guard let identity = record.identity else { return takeForeign(record) }
        guard (try? decoder.decodeTrade(record.value.span)) != nil else {
            counts.rejected += 1
            return []
        }
        if let held = open, held.sequence == identity.sequence {
            guard identity.index > held.lastIndex else {
                counts.duplicates += 1
                return []
            }
            open?.trades.append(record.value)
            open?.lastIndex = identity.index
            return []
        }
        // A producer that was restarted sends an earlier stretch again.
        guard identity.sequence > sequence, open.map({ identity.sequence > $0.sequence }) ?? true else {
            counts.duplicates += 1
            return []
        }
        let lines = finish()
        open = Open(
            sequence: identity.sequence, receive: identity.receive, segment: identity.segment,
            lastIndex: identity.index, trades: [record.value])
        return lines
    }

    private mutating func takeForeign(_ record: ImportRecord) -> [Line] {
        var frame = record.value
        let isTrade = (try? decoder.decodeTrade(record.value.span)) != nil
        if isTrade {
            frame = Self.frame([record.value])
            counts.trades += 1
        } else if case .trades = try? decoder.decode(record.value.span) {
            counts.trades += Int64(decoder.trades.count)
        } else if !JSONSyntax.isValid(record.value.span, maximumDepth: TapeFormat.maximumDepth) {
            counts.rejected += 1
            return []
        }
        receive = max(receive, record.timestamp)
        sequence += 1
        return [.frame(frame, sequence: sequence, receive: receive)]
    }

    /// Completes the line that is open.
    mutating func finish() -> [Line] {
        guard let held = open else { return [] }
        open = nil
        var lines: [Line] = []
        let time = max(receive, held.receive)
        if let known = held.segment, known > segment {
            // The gap itself was no record: its number tells where it was.
            segment = known
            if known > sequence, known < held.sequence {
                // Nothing was received before the first record: a gap before it begins with it.
                if receive == 0 { receive = time }
                lines.append(.gap(from: receive, sequence: known, receive: receive))
            }
        }
        counts.trades += Int64(held.trades.count)
        sequence = held.sequence
        receive = time
        lines.append(.frame(Self.frame(held.trades), sequence: held.sequence, receive: time))
        return lines
    }

    private static func frame(_ trades: [[UInt8]]) -> [UInt8] {
        var frame: [UInt8] = []
        FinnhubFrameEncoder.append(frameOf: trades, to: &frame) { $1 += $0 }
        return frame
    }
}
