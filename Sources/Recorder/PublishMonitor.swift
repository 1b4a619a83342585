import Tape

/// Says when publishing is behind and when it has caught up, as events for the tape.
struct PublishMonitor {
    /// No acknowledgement for so long, though records wait, is being behind; ns.
    static let patience: Int64 = 10_000_000_000
    /// Everything that waited acknowledged within this is having caught up; ns.
    static let prompt: Int64 = 1_000_000_000

    private(set) var isBehind = false
    private var acknowledgedBefore = 0
    private var lastProgress: (acknowledged: Int, at: Int64)?
    /// What has to be acknowledged for the records that waited at a moment.
    private var mark: (acknowledged: Int, at: Int64)?

    /// Notes the state of things.
    ///
    /// - Parameters:
    ///   - outstanding: records that wait for their acknowledgement.
    ///   - acknowledged: records acknowledged so far.
    ///   - isReadingTape: whether frames come from the tape, since they found no room in memory.
    ///   - now: ns of the monotonic clock.
    /// - Returns: an event where the answer changes.
    mutating func note(outstanding: Int, acknowledged: Int, isReadingTape: Bool, at now: Int64) -> TapeEvent? {
        if outstanding == 0 || acknowledged != lastProgress?.acknowledged { lastProgress = (acknowledged, now) }
        let silence = now - (lastProgress?.at ?? now)
        if !isBehind {
            guard isReadingTape || silence >= Self.patience else { return nil }
            isBehind = true
            acknowledgedBefore = acknowledged
            mark = nil
            return .publishBehind(records: Int64(outstanding))
        }
        guard !isReadingTape else {
            mark = nil
            return nil
        }
        guard let reached = mark, acknowledged >= reached.acknowledged else {
            if mark == nil { mark = (acknowledged + outstanding, now) }
            return nil
        }
        guard now - reached.at <= Self.prompt else {
            mark = (acknowledged + outstanding, now)
            return nil
        }
        isBehind = false
        mark = nil
        return .publishResumed(records: Int64(acknowledged - acknowledgedBefore))
    }
}
