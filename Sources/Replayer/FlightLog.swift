import Tape

/// The records from the watermark on: handed over or about to be, in tape order.
///
/// The watermark is the first record that is not acknowledged; everything before it is. After a fatal producer error the
/// records from there on are handed over again from the batches that are kept here: the tape is the retry buffer.
/// Bounded in records and in bytes of tape; when full, the player waits as for a full queue.
struct FlightLog {
    /// One record and where its parts stand.
    struct Record {
        /// Number of the batch, counted from the run's start.
        let batch: Int
        /// The line in the batch.
        let line: Int32
        /// Index of the trade in its frame.
        let index: Int32
        /// The trade's bytes in the batch's text.
        let start: UInt32
        let end: UInt32
        let symbol: Int32
        /// ms since the epoch; nil is the moment of handover.
        let timestamp: Int64?
        var isAcknowledged = false
        var wasHandedOver = false
    }

    /// A batch and how it is published.
    struct Leaf {
        let batch: TapeBatch
        /// Id that its records bear.
        let stream: String
        /// The lap, from 1.
        let lap: Int
        /// Where each stream of the tape stood before the batch.
        let marks: [ReplayMark]
    }

    /// Most records at a time; librdkafka holds at most 100,000 by default.
    static let recordLimit = 1 << 19
    /// Most bytes of tape that are kept; one batch is always kept.
    static let byteLimit = 64 << 20

    private var ring: [Record?]
    private var mask: Int
    /// Token of the first record that is not acknowledged: the watermark.
    private(set) var first = 0
    /// Token that the next record will get.
    private(set) var end = 0
    private var batches: [Leaf] = []
    private var firstBatch = 0
    private(set) var bytes = 0

    init() {
        ring = Array(repeating: nil, count: 1 << 10)
        mask = ring.count - 1
    }

    /// Records from the watermark on.
    var count: Int { end - first }
    /// Whether no more may be handed over until the watermark moves.
    var isFull: Bool { count > Self.recordLimit }

    /// Whether a batch may be added; drops batches that no record needs any more.
    mutating func hasRoom(for batch: TapeBatch) -> Bool {
        dropBatches()
        return batches.isEmpty || bytes + batch.text.count <= Self.byteLimit
    }

    subscript(token: Int) -> Record? {
        token >= first && token < end ? ring[token & mask] : nil
    }

    /// Number of the batch added last.
    var currentBatch: Int { firstBatch + batches.count - 1 }

    /// Keeps a batch whose records will follow.
    mutating func add(_ leaf: Leaf) {
        batches.append(leaf)
        bytes += leaf.batch.text.count
    }

    /// The batch of a record.
    func leaf(_ number: Int) -> Leaf { batches[number - firstBatch] }

    /// Adds a record of the current batch; its token is ``end`` as it was.
    mutating func add(_ record: Record) {
        if end - first == ring.count { grow() }
        ring[end & mask] = record
        end += 1
    }

    mutating func markHandedOver(_ token: Int) { ring[token & mask]?.wasHandedOver = true }

    /// Notes an acknowledgement.
    ///
    /// - Returns: the record's symbol; nil if it was acknowledged before.
    mutating func acknowledge(_ token: Int) -> Int? {
        guard token >= first, token < end, let record = ring[token & mask], !record.isAcknowledged else { return nil }
        ring[token & mask]?.isAcknowledged = true
        while first < end, ring[first & mask]?.isAcknowledged == true { first += 1 }
        return Int(record.symbol)
    }

    /// Gives a record up: it counts as done.
    mutating func discard(_ token: Int) { _ = acknowledge(token) }

    private mutating func dropBatches() {
        let needed = first < end ? ring[first & mask]?.batch ?? firstBatch : firstBatch + batches.count
        let unneeded = min(batches.count, max(0, needed - firstBatch))
        guard unneeded > 0 else { return }
        for leaf in batches[..<unneeded] { bytes -= leaf.batch.text.count }
        batches.removeFirst(unneeded)
        firstBatch += unneeded
    }

    private mutating func grow() {
        var larger = [Record?](repeating: nil, count: ring.count * 2)
        for token in first..<end { larger[token & (larger.count - 1)] = ring[token & mask] }
        ring = larger
        mask = larger.count - 1
    }
}
