/// What a session plays: the tapes, the names, and where to begin.
struct ReplayPlan {
    let tapes: Tapes
    /// How long the broker takes to answer a question.
    var roundTrip: Duration = .zero
    var naming = StreamNaming()
    /// The checkpoint to go on from, or the one to begin with; nil: none is kept.
    var checkpoint: ReplayCheckpoint?
    var isResumed = false

    init(tapes: Tapes) { self.tapes = tapes }

    /// Reads the checkpoint file, or makes the first one.
    mutating func resume(from path: String, _ configuration: ReplayConfiguration) throws(ReplayError) {
        var fresh = ReplayCheckpoint(
            sources: tapes.sources, topic: configuration.topic,
            options: configuration.shaping.map { .init(name: $0.name, value: $0.value) })
        fresh.shift = naming.shift
        guard var found = try ReplayCheckpoint(path: path) else {
            checkpoint = fresh
            return
        }
        try found.check(isOf: fresh, path: path)
        found.possibleDuplicates += found.reserved
        found.reserved = 0
        naming.shift = found.shift  // `now` was then
        checkpoint = found
        isResumed = true
    }
}
