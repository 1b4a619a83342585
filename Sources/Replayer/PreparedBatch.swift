import Tape
import TradeModel

/// A batch of lines with its frames decoded: what can become records, and what is counted.
struct PreparedBatch: Sendable {
    /// What a line holds, as far as a replay cares.
    enum Content: Sendable {
        case event
        /// A message that is no frame.
        case message
        /// A frame without trades.
        case noTrades
        /// Good trades, their largest time in ms, and perhaps some that are no good.
        case trades(latest: Int64?, rejected: Int, FrameError?)
        /// A frame that cannot be decoded.
        case undecodable(FrameError)

        /// Largest trade time in ms.
        var latestTrade: Int64? {
            if case .trades(let latest, _, _) = self { latest } else { nil }
        }
    }

    /// A line and which of the batch's records are its.
    struct Line: Sendable {
        let content: Content
        let records: Range<Int>
        /// Trades of symbols that were not asked for, and so are no records.
        let filtered: Int
    }

    /// A record that can be published: a trade, or with ``RecordForm/frames`` a message.
    struct Record: Sendable {
        /// The bytes in the batch's text.
        let start: UInt32
        let end: UInt32
        /// Index of the trade in its frame.
        let index: Int32
        /// The line in the batch.
        let line: Int32
        /// Index in the batch's symbols.
        let symbol: Int32
        /// The trade's time in ms; of a message that of its latest trade, or else when it came.
        let time: Int64

        init(_ bytes: Range<Int>, index: Int32, line: Int32, symbol: Int32, time: Int64) {
            start = UInt32(truncatingIfNeeded: bytes.lowerBound)
            end = UInt32(truncatingIfNeeded: bytes.upperBound)
            self.index = index
            self.line = line
            self.symbol = symbol
            self.time = time
        }
    }

    let batch: TapeBatch
    /// One for each line of the batch.
    let lines: [Line]
    let records: [Record]
    /// Names of the symbols that the records are of.
    let symbols: [String]

    /// Bytes that it holds as long as it is kept.
    ///
    /// Where several streams interleave, batches share a text: each counts its own stretch of it.
    var cost: Int {
        guard let first = batch.lines.first, let last = batch.lines.last else { return 0 }
        return last.line.upperBound - first.line.lowerBound + records.count * MemoryLayout<Record>.stride
            + lines.count * (MemoryLayout<Line>.stride + MemoryLayout<TapeLine>.stride)
    }
}
