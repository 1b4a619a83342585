import Kafka

/// Keeps a checkpoint file current while an engine plays.
final class CheckpointKeeper {
    /// How often the file is written, in ns.
    static let interval: Int64 = 1_000_000_000

    private let path: String
    private var checkpoint: ReplayCheckpoint
    private var nextWrite: Int64 = 0
    /// Records handed over when the file was last written.
    private var lastHanded = 0
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
        guard now >= nextWrite || engine.flight.end > allowed else { return }
        nextWrite = now + Self.interval
        try write(engine, isDone: false)
    }

    /// Writes the file.
    func write(_ engine: ReplayEngine, isDone: Bool) throws(ReplayError) {
        let handed = engine.flight.end
        // As much as lately and a little more: the bound that a kill leaves is as tight as the pace is even.
        let margin = isDone ? 0 : max(256, 2 * (handed - lastHanded))
        lastHanded = handed
        allowed = handed + margin
        let flight = engine.flight
        if let first = flight[flight.first] {
            let leaf = flight.leaf(first.batch)
            let line = leaf.batch.lines[Int(first.line)]
            checkpoint.lap = leaf.lap
            checkpoint.marks = leaf.marks
            if first.line > 0 {
                checkpoint.marks.move(
                    leaf.batch.header.stream, to: leaf.batch.lines[Int(first.line) - 1].sequence)
            }
            checkpoint.partialLine = ReplayMark(stream: leaf.batch.header.stream, sequence: line.sequence)
            checkpoint.partialRecords = first.index
        } else {
            checkpoint.lap = engine.lap
            checkpoint.marks = engine.marks
            checkpoint.partialLine = nil
            checkpoint.partialRecords = 0
        }
        checkpoint.reserved = isDone ? 0 : allowed - flight.first
        checkpoint.streams = engine.streams
        checkpoint.isDone = isDone
        try checkpoint.write(to: path)
    }
}
