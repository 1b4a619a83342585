/// Where a play stands and what may happen next: a pure state machine without I/O.
///
/// It owns the clock. Moments are those of the time source, recorded times are receive times in ns, or with a number of
/// records a second the count of records times 10⁹.
struct PlayState: Sendable {
    /// What a player is to do after a command.
    enum Effect: Equatable {
        case none
        /// Go on from the first line at or after this receive time.
        case seek(Int64)
        case stop

        /// Where a seek goes.
        var target: Int64? { if case .seek(let receive) = self { receive } else { nil } }
    }

    /// When a line may be played.
    enum Verdict: Equatable {
        case due
        /// Not before this moment.
        case wait(until: Int64)
        /// Not before a command.
        case held
    }

    private(set) var speed: ReplaySpeed
    private(set) var clock: ReplayClock?
    /// The moment since when it is paused; nil: it plays.
    private(set) var pausedAt: Int64?
    /// Frames that may be played although it is paused.
    private(set) var stepsLeft = 0
    private(set) var isStopped = false
    /// Receive time of the line played last, or where a seek went.
    private(set) var position: Int64?
    /// Records (or frames) played since the anchor, with a number of them a second.
    private var playedSinceAnchor: Int64 = 0

    init(speed: ReplaySpeed, startsPaused: Bool = false, now: Int64 = 0) {
        self.speed = speed
        pausedAt = startsPaused ? now : nil
    }

    var isPaused: Bool { pausedAt != nil }

    /// Whether no line has to wait for anything.
    var isFree: Bool { clock == nil && pausedAt == nil }

    /// Sets an anchor at a recorded time: the start, a lap, a seek, a gap that is skipped.
    mutating func anchor(at receive: Int64, now: Int64) {
        playedSinceAnchor = 0
        let moment = pausedAt ?? now
        switch speed {
        case .rate(let rate): clock = ReplayClock(recorded: Int128(receive), now: moment, rate: rate)
        case .perSecond(let rate): clock = ReplayClock(recorded: 0, now: moment, rate: rate)
        case .maximum: clock = nil
        }
    }

    /// Applies a command.
    ///
    /// - Parameters:
    ///   - command: the command.
    ///   - now: the present moment.
    ///   - start: the tape's start, ns since the epoch.
    /// - Returns: what the player is to do.
    mutating func apply(_ command: ReplayControl, now: Int64, start: Int64) -> Effect {
        switch command {
        case .pause: pause(now)
        case .resume: resume(now)
        case .toggle: isPaused ? resume(now) : pause(now)
        case .speed(let speed): change(to: speed, now)
        case .faster: scale(by: .faster, now)
        case .slower: scale(by: .slower, now)
        case .step(let count):
            pause(now)
            stepsLeft += max(0, count)
        case .seek(let target):
            let place = resolve(target, now: now, start: start)
            position = place
            anchor(at: place, now: now)
            return .seek(place)
        case .stop:
            isStopped = true
            return .stop
        }
        return .none
    }

    /// Whether a line may be played.
    ///
    /// - Parameters:
    ///   - recorded: the line's receive time.
    ///   - now: the present moment.
    /// - Returns: now, later, or only after a command.
    func verdict(on recorded: Int64, now: Int64) -> Verdict {
        if isPaused { return stepsLeft > 0 ? .due : .held }
        guard let deadline = deadline(of: recorded) else { return .due }
        return Int128(now) >= deadline ? .due : .wait(until: Int64(clamping: deadline))
    }

    /// The moment at which a line is due; nil at top speed.
    func deadline(of recorded: Int64) -> Int128? {
        guard let clock else { return nil }
        if case .perSecond = speed { return clock.deadline(of: Int128(playedSinceAnchor) * 1_000_000_000) }
        return clock.deadline(of: Int128(recorded))
    }

    /// Notes that a line was played.
    ///
    /// - Parameters:
    ///   - recorded: its receive time.
    ///   - isFrame: whether it counts as a step.
    mutating func played(_ recorded: Int64, isFrame: Bool) {
        position = recorded
        guard isFrame, isPaused, stepsLeft > 0, let pausedAt else { return }
        stepsLeft -= 1
        // Whoever resumes goes on behind this frame.
        if case .rate = speed { clock?.jump(to: Int128(recorded), now: pausedAt) }
        if case .perSecond = speed { clock?.jump(to: Int128(playedSinceAnchor) * 1_000_000_000, now: pausedAt) }
    }

    /// Notes what `--per-second` counts.
    mutating func countRecords(_ count: Int = 1) { playedSinceAnchor += Int64(count) }

    /// Leaves out tape time: what lies behind it is due so much earlier.
    mutating func skip(_ recorded: Int64) {
        guard recorded > 0, case .rate = speed else { return }
        clock?.skip(recorded)
    }

    /// Leaves out time for which a sink held the player up.
    mutating func shift(by held: Int64) { clock?.shift(by: held) }

    /// The recorded time that is due now: what a clock on the wall of the exchange would show.
    func recordedTime(at now: Int64) -> Int64? {
        guard case .rate = speed, let clock else { return position }
        return Int64(clamping: clock.position(at: pausedAt ?? now))
    }

    private mutating func pause(_ now: Int64) { pausedAt = pausedAt ?? now }

    private mutating func resume(_ now: Int64) {
        guard let since = pausedAt else { return }
        clock?.shift(by: now - since)
        pausedAt = nil
        stepsLeft = 0
    }

    private mutating func change(to speed: ReplaySpeed, _ now: Int64) {
        let moment = pausedAt ?? now
        if case .rate(let rate) = speed, case .rate = self.speed, clock != nil {
            clock?.setRate(rate, now: moment)
            self.speed = speed
            return
        }
        let place = recordedTime(at: now)
        self.speed = speed
        guard let place else { return }  // not begun: the first anchor will know
        anchor(at: place, now: now)
    }

    private mutating func scale(by step: ReplayRate.Step, _ now: Int64) {
        guard case .rate(let rate) = speed, let next = rate.scaled(step) else { return }
        change(to: .rate(next), now)
    }

    private func resolve(_ target: ReplayControl.Target, now: Int64, start: Int64) -> Int64 {
        func sum(_ left: Int64, _ right: Int64) -> Int64 {
            let (sum, overflow) = left.addingReportingOverflow(right)
            return overflow ? (right < 0 ? .min : .max) : sum
        }
        switch target {
        case .instant(let time): return max(start, time)
        case .offset(let distance): return sum(start, max(0, distance))
        case .distance(let distance): return max(start, sum(recordedTime(at: now) ?? start, distance))
        }
    }
}
