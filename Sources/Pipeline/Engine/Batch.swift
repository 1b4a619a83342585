/// What a partition has gathered for one flush, and the checkpoint queued behind it.
struct Batch: Sendable {
    /// A stored trade's way back to its record, should MongoDB refuse it.
    struct Entry: Sendable {
        var record: Int32
        /// Index in the frame, nil for a trade record.
        var part: Int32?
    }

    /// Which claim of which partition this is work of.
    let claim: ClaimTag
    /// Counts up within the claim.
    let number: Int
    /// How many records were handled, with or without output.
    var recordCount = 0
    /// The last record handled, nil while none was.
    var lastOffset: Int64?
    /// The oldest record timestamp, for latency.
    var oldestTimestamp: Int64 = .max
    /// Records that gave trades: their bytes make the dead letters of refused ones.
    var records: [SourceRecord] = []
    var trades = DocumentBuffer()
    /// One for each document in `trades`.
    var entries: [Entry] = []
    var dead = DocumentBuffer()
    var predictions = DocumentBuffer()
    var flags: [TradeFlagUpdate] = []
    var checkpoint: CheckpointImage?
    private(set) var heldBytes = 0

    init(claim: ClaimTag, number: Int) {
        self.claim = claim
        self.number = number
    }

    /// Bytes of records, outputs and encoded checkpoint.
    var footprint: Int {
        heldBytes + trades.bytes.count + dead.bytes.count + predictions.bytes.count + (checkpoint?.footprint ?? 0)
    }

    /// Whether there is nothing to write and nothing to acknowledge.
    var isEmpty: Bool {
        recordCount == 0 && checkpoint == nil && trades.isEmpty && dead.isEmpty && predictions.isEmpty
    }

    mutating func hold(_ record: SourceRecord) -> Int32 {
        records.append(record)
        heldBytes += record.footprint
        return Int32(records.count - 1)
    }
}

/// One claim of one partition; a number that a later claim raises.
struct ClaimTag: Sendable, Hashable {
    var partition: Int32
    var serial: Int
}

/// A checkpoint with the states as of the record that it covers: nothing newer can enter it.
struct CheckpointImage: Sendable {
    var advance: CheckpointAdvance
    /// Sorted by symbol.
    var states: [StateDocument]
    var delta: RunDelta

    var footprint: Int { states.reduce(256 + advance.marks.count * 96) { $0 + $1.document.bytes.count } }
}
