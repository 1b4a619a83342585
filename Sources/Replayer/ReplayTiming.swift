import Tape

/// Bookkeeping of a run's times: what paces a line, what was skipped, what the report says of time.
struct ReplayTiming {
    /// When the first line was to be played, and when the last one was done; moments of the time source.
    var begun: Int64?
    var end: Int64 = 0
    /// Receive time of the line played last.
    private(set) var position: Int64?
    /// Sequence number of the line played last; nil: none since a seek.
    private(set) var sequence: Int64?
    /// Tape time played, over all laps and without what a seek or a gap left out.
    private(set) var tape: Int64 = 0
    /// Quiet time left out by `--max-gap`.
    private(set) var skipped: Int64 = 0
    /// Time for which the sink held the clock.
    var blocked: Int64 = 0
    /// Time for which someone had paused it.
    var paused: Int64 = 0
    /// Time between laps and before the first.
    var delayed: Int64 = 0
    var playedBytes = 0
    /// Whether speed or place were changed on the way, so that the time that should have passed is not known.
    var isDisturbed = false
    private(set) var isAnchored = false
    /// The moment at which the next lap is to begin; nil: when its first line is there.
    var nextAnchor: Int64?
    private(set) var lastPaced: Int64?
    private var latestTrade: Int64?

    /// The time at which a line is due, on the scale that paces.
    ///
    /// - Parameters:
    ///   - line: the line.
    ///   - milliseconds: largest trade time of its frame, ms.
    ///   - pace: which time paces.
    /// - Returns: ns.
    mutating func pacedTime(of line: TapeLine, latestTrade milliseconds: Int64?, _ pace: ReplayPace) -> Int64 {
        guard pace == .trade else { return line.receive }
        if let milliseconds, milliseconds < Int64.max / 1_000_000 {
            let time = milliseconds * 1_000_000
            // A wild time would freeze everything behind it.
            if time - line.receive <= 60_000_000_000 { latestTrade = max(latestTrade ?? time, time) }
        }
        return latestTrade ?? lastPaced ?? line.receive
    }

    /// Says that the clock has an anchor.
    mutating func anchored(at paced: Int64) {
        isAnchored = true
        lastPaced = paced
        nextAnchor = nil
    }

    /// How much of the quiet before a line is left out.
    mutating func skip(to paced: Int64, gap: Int64) -> Int64 {
        guard let lastPaced, paced - lastPaced > gap else { return 0 }
        let extra = paced - lastPaced - gap
        self.lastPaced = paced - gap
        skipped += extra
        return extra
    }

    mutating func played(_ line: TapeLine, paced: Int64) {
        if let lastPaced { tape += max(0, paced - lastPaced) }
        lastPaced = max(lastPaced ?? paced, paced)
        position = line.receive
        sequence = line.sequence
    }

    /// Prepares for another lap or another place.
    mutating func leave(for receive: Int64?) {
        isAnchored = false
        lastPaced = nil
        latestTrade = nil
        if let receive {
            position = receive
            sequence = nil
        }
    }

    /// Goes on from a place whose anchor is set.
    mutating func jump(to receive: Int64) {
        isAnchored = true
        isDisturbed = true
        position = receive
        sequence = nil
        lastPaced = receive
    }
}
