/// Turns an engine's counts into progress values.
struct ProgressMeter {
    private let source: any TapeSource
    private var last: (moment: Int64, acknowledged: Int)?

    init(source: any TapeSource) { self.source = source }

    /// The present state, with rates since the last call.
    ///
    /// - Parameters:
    ///   - engine: whose counts.
    ///   - isAtEnd: whether everything wanted has been played; sizes alone tell it only nearly.
    /// - Returns: a value for whoever shows it.
    mutating func measure(_ engine: ReplayEngine, isAtEnd: Bool = false) -> ReplayProgress {
        let now = engine.time.now()
        let acknowledged = engine.delivery.acknowledged
        let before = last ?? (engine.moments?.first ?? now, 0)
        let seconds = Double(now - before.moment) / 1e9
        last = (now, acknowledged)
        let fraction = isAtEnd ? 1 : source.fraction(ofText: engine.playedBytes)
        let elapsed = engine.moments.map { Double(now - $0.first) / 1e9 } ?? 0
        var remaining: Double?
        if let fraction, fraction > 0 { remaining = elapsed * (1 - fraction) / fraction }
        return ReplayProgress(
            position: engine.receives?.last, published: engine.delivery.published, acknowledged: acknowledged,
            recordsPerSecond: seconds > 0 ? Double(acknowledged - before.acknowledged) / seconds : 0,
            fraction: fraction, remainingSeconds: remaining)
    }
}
