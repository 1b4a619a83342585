import Kafka
import Tape

/// Hands records over, in order, and counts what became of them: what runs for each record.
///
/// A value of its own, so that the engine opens it once for a run of records, not for each counter of each record.
struct Outbox {
    /// After how many records reports are taken in at the latest.
    static let drainInterval = 1024

    private var builder: RunBuilder
    /// How many records may be on their way at top speed.
    private let window: Int
    private(set) var flight = FlightLog()
    private(set) var symbols: SymbolTable
    var delivery = DeliveryCounts()
    /// Token of the next record to hand over; behind `flight.end` only while the sink takes none.
    private(set) var cursor = 0
    /// The offset behind the last acknowledged record or marker of each partition; 0: none.
    private(set) var partitionEnds: [Int64] = []
    /// Records handed over since reports were last taken in.
    var sinceDrain = 0

    init(_ settings: EngineSettings) {
        builder = RunBuilder(settings)
        window = FlightWindow.size(roundTrip: settings.roundTrip)
        symbols = SymbolTable()
    }

    /// Whether everything that was added has been handed over.
    var isEmpty: Bool { cursor == flight.end }

    /// How many records more are to be on their way at top speed.
    var room: Int { min(flight.room, window - (delivery.published - delivery.acknowledged)) }

    /// Whether reports should be taken in before more is handed over.
    var wantsDrain: Bool { sinceDrain >= Self.drainInterval }

    // MARK: - Batches

    /// Whether a batch may be added; drops batches that no record needs any more.
    mutating func hasRoom(for batch: PreparedBatch) -> Bool {
        flight.hasRoom(for: batch)
    }

    /// Keeps a batch whose records will follow.
    mutating func add(_ batch: PreparedBatch, as stream: String, lap: Int, marks: [ReplayMark]) {
        flight.add(
            FlightLog.Leaf(
                prepared: batch, symbols: batch.symbols.map { Int32(truncatingIfNeeded: symbols.number(of: $0)) },
                stream: stream, lap: lap, marks: marks))
    }

    // MARK: - Records

    /// Hands over records of the batch added last until all are, reports are due, or the sink takes no more.
    ///
    /// - Parameters:
    ///   - records: which of the batch's; those that were added are taken off its front.
    ///   - limit: token that is not to be reached yet.
    ///   - sink: who takes them.
    mutating func rush(_ records: inout Range<Int>, limit: Int, to sink: any RecordSink) {
        let place = flight.leaves.count - 1
        while !records.isEmpty, isEmpty, flight.end < limit, room > 0, !wantsDrain {
            let room = min(limit - flight.end, room, Self.drainInterval - sinceDrain)
            let run = records.prefix(room)
            let (taken, outcome) = produce(run, ofBatchAt: place, to: sink)
            for record in run.prefix(taken) {
                let symbol = symbolNumber(of: record, inBatchAt: place)
                flight.add(record: record, symbol: symbol, isHandedOver: true)
                symbols.countPublished(Int(symbol))
            }
            delivery.published += taken
            cursor += taken
            sinceDrain += taken
            records.removeFirst(taken)
            guard outcome != .queued else { continue }
            add(records.removeFirst())
            return
        }
    }

    /// Adds a record of the batch added last.
    mutating func add(_ record: Int) {
        let symbol = symbolNumber(of: record, inBatchAt: flight.leaves.count - 1)
        flight.add(record: record, symbol: symbol, isHandedOver: false)
    }

    /// Hands over the record at the cursor, once more if the sink before died with it.
    mutating func offer(to sink: any RecordSink) -> KafkaProducer.Outcome {
        let place = flight.place(cursor)
        let outcome = produce(place.record..<place.record + 1, ofBatchAt: place.leaf, to: sink).outcome
        guard case .queued = outcome else { return outcome }
        if flight.markHandedOver(cursor) {
            symbols.countPublished(flight.symbol(cursor))
            delivery.published += 1
        }
        cursor += 1
        return .queued
    }

    private func symbolNumber(of record: Int, inBatchAt place: Int) -> Int32 {
        flight.leaves[place].symbols[Int(flight.leaves[place].prepared.records[record].symbol)]
    }

    /// Hands records over, the first of which has the cursor's token.
    private mutating func produce(
        _ records: Range<Int>, ofBatchAt place: Int, to sink: any RecordSink
    ) -> (taken: Int, outcome: KafkaProducer.Outcome) {
        let leaf = flight.leaves[place]
        builder.start()
        for record in records {
            let symbol = Int(symbolNumber(of: record, inBatchAt: place))
            builder.append(record, of: leaf, key: symbols.entries[symbol].key)
        }
        return builder.produce(leaf, keys: symbols.keys.span, to: sink, token: UInt(bitPattern: cursor + 1))
    }

    // MARK: - What became of them

    /// Notes what was acknowledged.
    ///
    /// - Returns: whether any record was.
    mutating func acknowledge(_ reports: [KafkaDeliveryReport]) -> Bool {
        var isAlive = false
        for report in reports where report.isAcknowledged {
            noteOffset(report)
            guard report.token < EndMarkerRecord.firstToken else { continue }
            isAlive = true
            guard let symbol = flight.acknowledge(Int(bitPattern: report.token) - 1) else { continue }
            symbols.countAcknowledged(symbol)
            delivery.acknowledged += 1
        }
        return isAlive
    }

    private mutating func noteOffset(_ report: KafkaDeliveryReport) {
        guard (0..<100_000).contains(report.partition) else { return }
        let partition = Int(report.partition)
        while partitionEnds.count <= partition { partitionEnds.append(0) }
        partitionEnds[partition] = max(partitionEnds[partition], report.offset + 1)
    }

    /// Throws away the record at the cursor.
    mutating func dropNext() {
        countDropped(flight.symbol(cursor))
        flight.discard(cursor)
        cursor += 1
    }

    /// Counts a record of a batch that was not kept as thrown away.
    mutating func drop(_ record: PreparedBatch.Record, of batch: PreparedBatch) {
        countDropped(symbols.number(of: batch.symbols[Int(record.symbol)]))
    }

    private mutating func countDropped(_ symbol: Int) {
        symbols.countDropped(symbol)
        delivery.dropped += 1
    }

    /// Steps over records that were acknowledged before the sink died.
    ///
    /// - Returns: whether one is left to hand over.
    mutating func skipAcknowledged() -> Bool {
        cursor = max(cursor, flight.first)
        while cursor < flight.end, flight.isAcknowledged(cursor) { cursor += 1 }
        return cursor < flight.end
    }

    /// After a sink's death: what is not acknowledged from the watermark on will be handed over again, in order.
    mutating func rewind() { cursor = flight.first }
}
