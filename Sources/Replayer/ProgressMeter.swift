/// Turns an engine's counts into progress values.
final class ProgressMeter {
    /// What is being played.
    var feed: BatchFeed?
    private var last: (moment: Int64, acknowledged: Int)?

    /// The present state, with rates since the last call.
    ///
    /// - Parameters:
    ///   - engine: whose counts.
    ///   - isAtEnd: whether everything wanted has been played; sizes alone tell it only nearly.
    /// - Returns: a value for whoever shows it.
    func measure(_ engine: ReplayEngine, isAtEnd: Bool = false) -> ReplayProgress {
        let now = engine.time.now()
        let acknowledged = engine.outbox.delivery.acknowledged
        let before = last ?? (engine.timing.begun ?? now, 0)
        let seconds = Double(now - before.moment) / 1e9
        last = (now, acknowledged)
        let fraction = isAtEnd ? 1 : feed?.progress?.fraction(ofText: engine.timing.playedBytes)
        let elapsed = engine.timing.begun.map { Double(now - $0) / 1e9 } ?? 0
        var remaining: Double?
        if let fraction, fraction > 0 { remaining = elapsed * (1 - fraction) / fraction }
        return ReplayProgress(
            position: engine.timing.position, published: engine.outbox.delivery.published, acknowledged: acknowledged,
            recordsPerSecond: seconds > 0 ? Double(acknowledged - before.acknowledged) / seconds : 0,
            fraction: fraction, remainingSeconds: remaining)
    }
}
