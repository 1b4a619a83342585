import Kafka

/// Keeps a checkpoint file current while an engine plays.
final class CheckpointKeeper {
    /// How often the file is written at least, in ns.
    static let interval: Int64 = 1_000_000_000
    /// For how long the records last that a file allows, in ns: a shorter time makes the bound tighter, and costs a sync
    /// each time.
    private static let reach: Int64 = 500_000_000

    private let path: String
    private var checkpoint: ReplayCheckpoint
    private var nextWrite: Int64 = 0
    /// When the file was last written, and how many records had been handed over.
    private var last: (moment: Int64, handed: Int)?
    /// Token behind the last record that the file allows.
    private(set) var allowed = 0

    /// Takes the checkpoint to start with.
    init(path: String, checkpoint: ReplayCheckpoint) {
        self.path = path
        self.checkpoint = checkpoint
    }

    /// Writes the file if it is time, or if the engine is about to hand over more than the file says.
    func keep(_ engine: ReplayEngine) throws(ReplayError) {
        let now = engine.time.now()
        guard now >= nextWrite || engine.outbox.flight.end > allowed else { return }
        nextWrite = now + Self.interval
        try write(engine, isDone: false)
    }

    /// How many records more a file allows: as many as come within its reach at the pace since the last one.
    private func margin(_ now: Int64, _ handed: Int) -> Int {
        defer { last = (now, handed) }
        guard let last else { return 256 }
        let (records, time) = (handed - last.handed, now - last.moment)
        guard time > 0 else { return max(256, 2 * records) }
        return max(256, Int(clamping: Int128(records) * Int128(Self.reach) / Int128(time)))
    }

    /// Writes the file.
    func write(_ engine: ReplayEngine, isDone: Bool) throws(ReplayError) {
        let handed = engine.outbox.flight.end
        allowed = handed + (isDone ? 0 : margin(engine.time.now(), handed))
        let flight = engine.outbox.flight
        checkpoint.partialLine = nil
        checkpoint.partialRecords = 0
        if let (leaf, record) = flight.oldest {
            let stream = leaf.prepared.batch.header.stream
            let lines = leaf.prepared.batch.lines
            checkpoint.lap = leaf.lap
            checkpoint.marks = leaf.marks
            if record.line > 0 { checkpoint.marks.move(stream, to: lines[Int(record.line) - 1].sequence) }
            checkpoint.partialLine = ReplayMark(stream: stream, sequence: lines[Int(record.line)].sequence)
            checkpoint.partialRecords = record.index
        } else {
            checkpoint.lap = engine.lap
            checkpoint.marks = engine.marks
            if let (leaf, record) = flight.newest, leaf.lap == engine.lap {
                let stream = leaf.prepared.batch.header.stream
                let sequence = leaf.prepared.batch.lines[Int(record.line)].sequence
                // Everything is acknowledged, but in the middle of a line.
                if !engine.marks.covers(stream, sequence) {
                    checkpoint.partialLine = ReplayMark(stream: stream, sequence: sequence)
                    checkpoint.partialRecords = record.index + 1
                }
            }
        }
        checkpoint.reserved = isDone ? 0 : allowed - flight.first
        checkpoint.streams = engine.streams
        checkpoint.isDone = isDone
        try checkpoint.write(to: path)
    }
}
