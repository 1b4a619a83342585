/// The records from the watermark on: handed over or about to be, in tape order.
///
/// The watermark is the first record that is not acknowledged; everything before it is. After a fatal producer error the
/// records from there on are handed over again from the batches that are kept here: the tape is the retry buffer.
/// Bounded in records and in bytes of tape; when full, the player waits as for a full queue.
struct FlightLog {
    /// A batch and how it is published; a class, so that holding it counts one reference and not six.
    final class Leaf {
        let prepared: PreparedBatch
        /// Numbers of its symbols in the engine's table.
        let symbols: [Int32]
        /// Id that its records bear.
        let stream: String
        /// The lap, from 1.
        let lap: Int
        /// Where each stream of the tape stood before the batch.
        let marks: [ReplayMark]

        init(prepared: PreparedBatch, symbols: [Int32], stream: String, lap: Int, marks: [ReplayMark]) {
            self.prepared = prepared
            self.symbols = symbols
            self.stream = stream
            self.lap = lap
            self.marks = marks
        }
    }

    /// One record: where to find it, and how far it is.
    private struct Slot {
        /// Number of the batch, counted from the run's start; only the difference to others counts.
        var leaf: UInt32 = 0
        /// The record in the batch.
        var record: UInt32 = 0
        /// Number of its symbol in the engine's table.
        var symbol: Int32 = 0
        var isAcknowledged = false
        var wasHandedOver = false
    }

    /// Most records at a time; librdkafka holds at most 100,000 by default.
    static let recordLimit = 1 << 19
    /// Most bytes of tape that are kept; one batch is always kept.
    static let byteLimit = 64 << 20

    private var ring: [Slot]
    private var mask: Int
    /// Token of the first record that is not acknowledged: the watermark.
    private(set) var first = 0
    /// Token that the next record will get.
    private(set) var end = 0
    /// The batches kept, oldest first.
    private(set) var leaves: [Leaf] = []
    private var firstLeaf: UInt32 = 0
    private(set) var bytes = 0

    init() {
        ring = Array(repeating: Slot(), count: 1 << 10)
        mask = ring.count - 1
    }

    /// Records from the watermark on.
    var count: Int { end - first }
    /// How many records more may be handed over before the watermark moves.
    var room: Int { Self.recordLimit + 1 - count }
    /// Whether no more may be handed over until the watermark moves.
    var isFull: Bool { room <= 0 }

    /// Whether a batch may be added; drops batches that no record needs any more.
    mutating func hasRoom(for batch: PreparedBatch) -> Bool {
        dropLeaves()
        return leaves.isEmpty || bytes + batch.cost <= Self.byteLimit
    }

    /// Keeps a batch whose records will follow.
    mutating func add(_ leaf: Leaf) {
        leaves.append(leaf)
        bytes += leaf.prepared.cost
    }

    /// Adds a record of the batch added last; its token is ``end`` as it was.
    mutating func add(record: Int, symbol: Int32, isHandedOver: Bool) {
        if end - first == ring.count { grow() }
        ring[end & mask] = Slot(
            leaf: firstLeaf &+ UInt32(truncatingIfNeeded: leaves.count - 1),
            record: UInt32(truncatingIfNeeded: record), symbol: symbol, wasHandedOver: isHandedOver)
        end += 1
    }

    /// Where a record in flight stands: its batch among ``leaves``, and its number in the batch.
    func place(_ token: Int) -> (leaf: Int, record: Int) {
        let slot = ring[token & mask]
        return (Int(slot.leaf &- firstLeaf), Int(slot.record))
    }

    /// A record in flight.
    func record(_ token: Int) -> PreparedBatch.Record {
        let (leaf, record) = place(token)
        return leaves[leaf].prepared.records[record]
    }

    /// The record at the watermark and its batch; nil: nothing is in flight.
    var oldest: (leaf: Leaf, record: PreparedBatch.Record)? {
        first < end ? (leaves[place(first).leaf], record(first)) : nil
    }

    /// The record added last, acknowledged or not, and its batch; nil if the batch added last has none yet.
    var newest: (leaf: Leaf, record: PreparedBatch.Record)? {
        guard end > 0, let leaf = leaves.last, place(end - 1).leaf == leaves.count - 1 else { return nil }
        return (leaf, record(end - 1))
    }

    /// The symbol of a record in flight.
    func symbol(_ token: Int) -> Int { Int(ring[token & mask].symbol) }

    func isAcknowledged(_ token: Int) -> Bool { token < first || ring[token & mask].isAcknowledged }

    /// Whether a record in flight was handed over before, perhaps to a sink that died.
    func wasHandedOver(_ token: Int) -> Bool { ring[token & mask].wasHandedOver }

    /// Notes that a record was handed over.
    ///
    /// - Returns: whether it is the first time.
    mutating func markHandedOver(_ token: Int) -> Bool {
        guard !ring[token & mask].wasHandedOver else { return false }
        ring[token & mask].wasHandedOver = true
        return true
    }

    /// Notes an acknowledgement.
    ///
    /// - Returns: the record's symbol; nil if it was acknowledged before.
    mutating func acknowledge(_ token: Int) -> Int? {
        guard token >= first, token < end, !ring[token & mask].isAcknowledged else { return nil }
        ring[token & mask].isAcknowledged = true
        let symbol = Int(ring[token & mask].symbol)
        while first < end, ring[first & mask].isAcknowledged { first += 1 }
        return symbol
    }

    /// Gives a record up: it counts as done.
    mutating func discard(_ token: Int) { _ = acknowledge(token) }

    private mutating func dropLeaves() {
        let needed = first < end ? Int(ring[first & mask].leaf &- firstLeaf) : leaves.count
        guard needed > 0 else { return }
        for leaf in leaves[..<needed] { bytes -= leaf.prepared.cost }
        leaves.removeFirst(needed)
        firstLeaf &+= UInt32(truncatingIfNeeded: needed)
    }

    private mutating func grow() {
        var larger = [Slot](repeating: Slot(), count: ring.count * 2)
        for token in first..<end { larger[token & (larger.count - 1)] = ring[token & mask] }
        ring = larger
        mask = larger.count - 1
    }
}
