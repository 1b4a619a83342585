import Kafka
import Tape

/// Lays records of one batch out as they are published: value, header, timestamp.
struct RunBuilder {
    private let form: RecordForm
    private let timestamp: RecordTimestamp
    private let naming: StreamNaming
    private var run = KafkaRecordRun()
    private var headers: [UInt8] = []
    private var header = HeaderRenderer()
    /// Which line of which batch the header was begun for.
    private var headerLine: (leaf: FlightLog.Leaf, line: Int32)?
    /// Values that are not stretches of the tape's text.
    private var scratch: [UInt8] = []
    private var shifter = TimeShift()

    init(_ settings: EngineSettings) {
        form = settings.form
        timestamp = settings.timestamp
        naming = settings.naming
    }

    /// Whether trades are published with the tape's own bytes.
    private var keepsBytes: Bool { form == .trades && naming.shift == 0 }

    /// Forgets the run before.
    mutating func start() {
        run.removeAll()
        headers.removeAll(keepingCapacity: true)
        scratch.removeAll(keepingCapacity: true)
    }

    /// Adds a record.
    ///
    /// - Parameters:
    ///   - record: the number of the record in its batch.
    ///   - leaf: the batch, the same for all records of a run.
    ///   - key: where the symbol stands in the keys.
    mutating func append(_ record: Int, of leaf: FlightLog.Leaf, key: Range<Int>) {
        let record = leaf.prepared.records[record]
        let line = leaf.prepared.batch.lines[Int(record.line)]
        var time: Int64? {
            switch timestamp {
            case .publish: nil
            case .receive: (line.receive + naming.shift) / 1_000_000
            case .trade: record.time + naming.shiftMilliseconds
            }
        }
        guard form == .trades else {
            let value = append(message: line, of: leaf.prepared.batch)
            return run.append(key: 0..<0, value: value, header: 0..<0, timestamp: time)
        }
        if headerLine?.line != record.line || headerLine?.leaf !== leaf {
            header.begin(stream: leaf.stream, line, shift: naming.shift)
            headerLine = (leaf, record.line)
        }
        var value = Int(record.start)..<Int(record.end)
        if !keepsBytes {
            let (start, text) = (scratch.count, leaf.prepared.batch.text)
            shifter.append(trade: text.span.extracting(value), by: naming.shiftMilliseconds, to: &scratch)
            value = start..<scratch.count
        }
        run.append(key: key, value: value, header: header.append(index: record.index, to: &headers), timestamp: time)
    }

    /// Appends a message as it is published.
    ///
    /// - Returns: where it stands.
    private mutating func append(message line: TapeLine, of batch: borrowing TapeBatch) -> Range<Int> {
        let start = scratch.count
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
        return start..<scratch.count
    }

    /// Hands the run over.
    ///
    /// - Parameters:
    ///   - leaf: the batch that its records are of.
    ///   - keys: the text of all keys.
    ///   - sink: who takes it.
    ///   - token: of the first record.
    /// - Returns: how many records were taken, and what became of the last that was tried.
    func produce(
        _ leaf: FlightLog.Leaf, keys: Span<UInt8>, to sink: any RecordSink, token: UInt
    ) -> (taken: Int, outcome: KafkaProducer.Outcome) {
        switch form {
        case .trades:
            let values = keepsBytes ? leaf.prepared.batch.text : scratch
            return sink.produce(
                run, partition: nil, keys: keys, values: values.span, headers: headers.span, token: token)
        case .frames:
            return sink.produce(run, partition: 0, keys: nil, values: scratch.span, headers: nil, token: token)
        }
    }
}
