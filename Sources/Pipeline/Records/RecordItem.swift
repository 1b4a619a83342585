import TradeModel

/// A trade that passed validation.
struct IncomingTrade: Sendable {
    var trade: Trade
    /// What the header says; nil for a trade of a frame.
    var header: RecordIdentity?

    /// The identity that a stream gives; nil for a trade of a frame.
    var key: TradeKey? {
        header.map { TradeKey(stream: $0.stream, sequence: $0.sequence, index: $0.index) }
    }
}

/// `(stream, seq, i)`: what the look-up for duplicates goes by.
struct TradeKey: Hashable, Sendable {
    var stream: String
    var sequence: Int64
    var index: Int32

    /// Compares `(seq, i)` as a pair.
    func isAbove(_ top: StreamMark.Top) -> Bool {
        sequence != top.sequence ? sequence > top.sequence : index > top.index
    }

    /// Its `_id` in `trades`.
    var documentID: String { TradeIdentity.tape(stream: stream, sequence: sequence, index: index).text }
}

/// One trade, good or bad, of a record, or the whole record if it is bad.
struct RecordItem: Sendable {
    enum Content: Sendable {
        case trade(IncomingTrade)
        case rejected(DeadLetterReason, detail: String)
    }
    /// Index in the frame; nil where the record holds one trade or is bad as a whole.
    var part: Int32?
    var content: Content
}

/// What a record is.
enum RecordKind: Sendable, Equatable {
    /// Trades, good and bad ones, or a bad record: see the items.
    case items
    /// The end of a stream.
    case end(stream: String)
    /// Something of Finnhub that carries no trade: `ping`, `error`, another type, `trade` with empty data.
    case ignored(type: String)
}

/// A record with what validation made of it.
struct ParsedRecord: Sendable {
    var record: SourceRecord
    var kind: RecordKind
    var items: [RecordItem]
}
