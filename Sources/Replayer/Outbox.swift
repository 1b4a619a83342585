import Kafka
import Tape

/// Hands records over, in order, and counts what became of them: what runs for each record.
///
/// A value of its own, so that the engine opens it once for a run of records, not for each counter of each record.
struct Outbox {
    /// After how many records reports are taken in at the latest.
    static let drainInterval = 1024

    private let form: RecordForm
    private let timestamp: RecordTimestamp
    private let naming: StreamNaming
    private(set) var flight = FlightLog()
    private(set) var symbols: SymbolTable
    var delivery = DeliveryCounts()
    /// Token of the next record to hand over; behind `flight.end` only while the sink takes none.
    private(set) var cursor = 0
    /// The offset behind the last acknowledged record or marker of each partition; 0: none.
    private(set) var partitionEnds: [Int64] = []
    /// Records handed over since reports were last taken in.
    var sinceDrain = 0
    private var header = HeaderRenderer()
    /// Which line of which batch the header was begun for, and the batch's text; nil: none that is still kept.
    private var headerLine: (leaf: Int, line: Int32)?
    private var text: [UInt8] = []
    private var shifter = TimeShift()
    private var scratch: [UInt8] = []

    init(_ settings: EngineSettings) {
        form = settings.form
        timestamp = settings.timestamp
        naming = settings.naming
        symbols = SymbolTable()
    }

    /// Whether everything that was added has been handed over.
    var isEmpty: Bool { cursor == flight.end }

    /// Whether reports should be taken in before more is handed over.
    var wantsDrain: Bool { sinceDrain >= Self.drainInterval }

    // MARK: - Batches

    /// Whether a batch may be added; drops batches that no record needs any more.
    mutating func hasRoom(for batch: PreparedBatch) -> Bool {
        headerLine = nil
        return flight.hasRoom(for: batch)
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
        while let record = records.first, isEmpty, flight.end < limit, !flight.isFull, !wantsDrain {
            records.removeFirst()
            add(record)
            guard case .queued = offer(to: sink) else { return }
            sinceDrain += 1
        }
    }

    /// Adds a record of the batch added last.
    mutating func add(_ record: Int) {
        let leaf = flight.leaves.count - 1
        let symbol = Int(flight.leaves[leaf].prepared.records[record].symbol)
        flight.add(record: record, symbol: flight.leaves[leaf].symbols[symbol])
    }

    /// Hands over the record at the cursor, once more if the sink before died with it.
    mutating func offer(to sink: any RecordSink) -> KafkaProducer.Outcome {
        let place = flight.place(cursor)
        let record = flight.leaves[place.leaf].prepared.records[place.record]
        let outcome =
            switch form {
            case .trades: offer(trade: record, place.leaf, to: sink)
            case .frames: offer(message: record, place.leaf, to: sink)
            }
        guard case .queued = outcome else { return outcome }
        if flight.markHandedOver(cursor) {
            symbols.countPublished(flight.symbol(cursor))
            delivery.published += 1
        }
        cursor += 1
        return .queued
    }

    private mutating func offer(
        trade record: PreparedBatch.Record, _ leaf: Int, to sink: any RecordSink
    ) -> KafkaProducer.Outcome {
        if headerLine?.line != record.line || headerLine?.leaf != leaf {
            header.begin(
                stream: flight.leaves[leaf].stream,
                flight.leaves[leaf].prepared.batch.lines[Int(record.line)], shift: naming.shift)
            headerLine = (leaf, record.line)
            text = flight.leaves[leaf].prepared.batch.text
        }
        header.render(index: record.index)
        let key = symbols.entries[flight.symbol(cursor)].key
        let range = Int(record.start)..<Int(record.end)
        let time = time(of: record, leaf)
        let token = UInt(bitPattern: cursor + 1)
        guard naming.shift != 0 else {
            return sink.produce(
                partition: nil, key: symbols.keys.span.extracting(key), value: text.span.extracting(range),
                header: header.bytes.span, timestamp: time, token: token)
        }
        let text = text
        scratch.removeAll(keepingCapacity: true)
        shifter.append(trade: text.span.extracting(range), by: naming.shiftMilliseconds, to: &scratch)
        return sink.produce(
            partition: nil, key: symbols.keys.span.extracting(key), value: scratch.span, header: header.bytes.span,
            timestamp: time, token: token)
    }

    private mutating func offer(
        message record: PreparedBatch.Record, _ leaf: Int, to sink: any RecordSink
    ) -> KafkaProducer.Outcome {
        let batch = flight.leaves[leaf].prepared.batch
        let line = batch.lines[Int(record.line)]
        scratch.removeAll(keepingCapacity: true)
        if line.kind == .frame {
            let frame = batch.text.span.extracting(line.body)
            if naming.shift == 0 {
                frame.withUnsafeBufferPointer { scratch.append(contentsOf: $0) }
            } else {
                shifter.append(frame: frame, by: naming.shiftMilliseconds, to: &scratch)
            }
        } else if let message = try? batch.message(line) {
            scratch += message
        }
        return sink.produce(
            partition: 0, key: nil, value: scratch.span, header: nil, timestamp: time(of: record, leaf),
            token: UInt(bitPattern: cursor + 1))
    }

    /// The record's timestamp in ms; nil is the moment of handover.
    private func time(of record: PreparedBatch.Record, _ leaf: Int) -> Int64? {
        switch timestamp {
        case .publish: nil
        case .receive:
            (flight.leaves[leaf].prepared.batch.lines[Int(record.line)].receive + naming.shift) / 1_000_000
        case .trade: record.time + naming.shiftMilliseconds
        }
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
