import Tape

/// How a recording stands.
public struct RecorderStatus: Sendable {
    /// The stream's id.
    public var stream = ""
    /// The part that is written.
    public var path = ""
    /// The server, without its query.
    public var source = ""
    /// Whether a connection is open.
    public var isConnected = false
    /// Since when trades may be missing, as a receive time; nil: nothing is missing.
    public var gapSince: Int64?
    /// Seconds since the last frame; nil without a connection.
    public var silentSeconds: Double?
    /// Seconds since the recording began.
    public var upSeconds: Double = 0
    /// Symbols asked for, and how many of them have shown a trade.
    public var symbols = 0
    /// Symbols that have shown a trade.
    public var liveSymbols = 0
    /// What the tape's writer counts.
    public var capture = CaptureStatus()
    /// How publishing stands; nil: it is not asked for.
    public var publish: PublishStatus?
    /// Hooks run, and how many failed.
    public var hookRuns = 0
    /// Hooks that failed or were dropped.
    public var hookFailures = 0
    /// When the feed's thread last came round, on the monotonic clock.
    var heartbeat: Int64 = 0
    var counters = FeedCounters()
    /// Whether the recording is at its end.
    var isOver = false

    /// Messages received.
    public var frames: Int64 { counters.frames }
    /// Good trades received.
    public var trades: Int64 { counters.trades }
    /// Bytes of messages received.
    public var frameBytes: Int64 { counters.frameBytes }
    /// Connections that came about.
    public var connects: Int64 { counters.connects }
    /// Receive time minus trade time of the last trade, ms.
    public var lagMilliseconds: Int64? { counters.lastLag }

    /// Days until the disk is full at the rate so far; nil where nothing can be told.
    public var daysUntilFull: Double? {
        guard let free = capture.freeBytes, capture.tapeBytes > 0, upSeconds >= 60 else { return nil }
        return Double(free) / (Double(capture.tapeBytes) / upSeconds) / 86_400
    }

    /// Whether the feed's thread goes round.
    func isAlive(at now: Int64) -> Bool { now - heartbeat < 10 * SessionRules.second }

    /// Why a load balancer or an operator should not count on it; nil: it records.
    func obstacle(at now: Int64) -> String? {
        if isOver { return "the recording is at its end" }
        if !isAlive(at: now) { return "the feed's thread does not come round" }
        if capture.isOutOfSpace { return "no space: nothing is stored" }
        if !isConnected { return "not connected" }
        return nil
    }
}
