/// What a replay did.
public struct ReplayReport: Sendable, Equatable {
    /// How it ended.
    public enum Outcome: String, Sendable {
        /// Everything wanted was played.
        case done
        /// It was told to stop.
        case stopped
    }

    /// Records of one symbol.
    public struct SymbolCount: Sendable, Equatable {
        /// The symbol.
        public var symbol: String
        /// Handed to Kafka's client.
        public var published: Int
        /// Acknowledged by the broker.
        public var acknowledged: Int
    }

    /// Lateness of records in seconds: handover to Kafka's client minus deadline.
    public struct Lateness: Sendable, Equatable {
        /// Half are not above.
        public var p50: Double
        /// 99 % are not above.
        public var p99: Double
        /// 99.9 % are not above.
        public var p999: Double
        /// The largest.
        public var max: Double
    }

    /// How it ended.
    public var outcome: Outcome
    /// The tapes, as they were named.
    public var tapes: [String]
    /// The speed, as it was given.
    public var speed: String
    /// Topic published to.
    public var topic: String
    /// Tape time from the first line to the last.
    public var tapeSeconds: Double
    /// Time from the first line to the last.
    public var wallSeconds: Double
    /// Time from the first line to the last acknowledgement.
    public var totalSeconds: Double
    /// How far the wall time, without what the sink held up, is from what the speed asks for; nil at top speed and for
    /// tapes without duration.
    public var totalTimeErrorPercent: Double?
    /// nil at top speed, which has no deadlines.
    public var lateness: Lateness?
    /// Time during which a due line was not read yet.
    public var starvedSeconds: Double
    /// Time during which the sink held the clock.
    public var blockedSeconds: Double
    /// By symbol, sorted by UTF-8 bytes.
    public var symbols: [SymbolCount]
    /// Lines, frames and trades that were not published, and why.
    public var counts: ReplayCounts
    /// End markers acknowledged.
    public var endMarkers: Int
    /// Producers made anew after a fatal error.
    public var producerRestarts: Int
    /// Records that may be twice in the topic; their identity in the header makes that harmless.
    public var possibleDuplicates: Int

    /// Records handed to Kafka's client.
    public var published: Int { symbols.reduce(0) { $0 + $1.published } }
    /// Records acknowledged by the broker.
    public var acknowledged: Int { symbols.reduce(0) { $0 + $1.acknowledged } }
    /// Whether records were lost or rejected: exit code 3.
    public var hasLoss: Bool {
        published != acknowledged || counts.rejectedFrames > 0 || counts.rejectedTrades > 0
    }
}
