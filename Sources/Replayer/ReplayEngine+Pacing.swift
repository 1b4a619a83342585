import JSONText
import Kafka
import Tape

extension ReplayEngine {
    /// How often reports are taken in and progress is told, in ns.
    static let tick: Int64 = 100_000_000
    /// How often a silent broker is warned about, in ns.
    static let warningInterval: Int64 = 10_000_000_000

    /// Takes reports in, hands over again what a dead sink left, tells progress.
    func houseKeep() throws(ReplayError) {
        try drain(timeout: .zero)
        if !outbox.isEmpty { _ = try pump() }
        try keeper?.keep(self)
        tickIfDue()
    }

    func tickIfDue() {
        let now = time.now()
        guard now >= nextTick else { return }
        nextTick = now + Self.tick
        onTick(self)
    }

    /// Moves every deadline by the time since a moment, because the sink held the player up.
    func hold(since start: Int64) {
        guard !state.isFree else { return }
        let held = time.now() - start
        state.shift(by: held)
        timing.blocked += held
    }

    /// How long the player had nothing to play although a line was due.
    ///
    /// - Parameters:
    ///   - asked: when the next batch was asked for.
    ///   - batch: what then came.
    /// - Returns: ns.
    func starvedTime(since asked: Int64, by batch: TapeBatch) -> Int64 {
        guard timing.isAnchored, !state.isPaused, let first = batch.lines.first else { return 0 }
        let due = settings.pace == .receive ? state.deadline(of: first.receive).map { Int64(clamping: $0) } : nil
        return max(0, time.now() - max(asked, due ?? asked))
    }

    /// Waits until the log may keep another batch, the clock held.
    ///
    /// - Returns: false if it may not, and its records are to be thrown away.
    func makeRoom(for batch: PreparedBatch) throws(ReplayError) -> Bool {
        if outbox.hasRoom(for: batch) { return true }
        if settings.overload != .slow, state.speed != .maximum {
            try drain(timeout: .zero)
            if outbox.hasRoom(for: batch) { return true }
            guard settings.overload == .drop else { throw .overloaded(topic: place) }
            return false
        }
        let start = time.now()
        defer { hold(since: start) }
        while !outbox.hasRoom(for: batch) {
            guard !givesUp() else { return false }
            try awaitReports()
            if !outbox.isEmpty { try handOverRest() }
        }
        return true
    }

    /// Waits a little for reports, since nothing else can happen; warns when the broker is silent for long.
    func awaitReports() throws(ReplayError) {
        try drain(timeout: .milliseconds(20))
        let now = time.now()
        if now - lastSign >= Self.warningInterval, now >= nextWarning {
            nextWarning = now + Self.warningInterval
            log.say(
                .warning, "broker-away",
                [
                    "place": .string(place), "silentSeconds": JSONValue(Int((now - lastSign) / 1_000_000_000)),
                    "outstanding": JSONValue(outbox.flight.count),
                ])
        }
        tickIfDue()
    }
}
