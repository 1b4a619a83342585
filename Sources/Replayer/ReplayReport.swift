/// What a replay did.
public struct ReplayReport: Sendable {
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
        /// Thrown away because the queue was full.
        public var dropped = 0
    }

    /// A command that was obeyed.
    public struct Command: Sendable, Equatable {
        /// The command.
        public var command: ReplayControl
        /// Seconds since the first line.
        public var seconds: Double
        /// Receive time of the line played last before it, ns since the epoch; nil: none yet.
        public var position: Int64?
        /// Sequence number of that line; nil also where none was played since a seek.
        public var sequence: Int64?
        /// Where a seek went: a receive time, ns since the epoch.
        public var target: Int64?
        /// The speed from then on.
        public var speed: String
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
    /// What was asked for beyond the defaults, by option name, in the order of the help.
    public var options: [(name: String, value: String)] = []
    /// Quiet time of the tape that `--max-gap` left out.
    public var skippedGapSeconds: Double = 0
    /// Time for which someone had paused it.
    public var pausedSeconds: Double = 0
    /// Commands obeyed, in order.
    public var commands: [Command] = []
    /// The lap it ended in, from 1.
    public var laps = 1
    /// Whether it went on behind a checkpoint.
    public var isResumed = false

    /// Records handed to Kafka's client.
    public var published: Int { symbols.reduce(0) { $0 + $1.published } }
    /// Records acknowledged by the broker.
    public var acknowledged: Int { symbols.reduce(0) { $0 + $1.acknowledged } }
    /// Records thrown away because the queue was full.
    public var dropped: Int { symbols.reduce(0) { $0 + $1.dropped } }
    /// Whether records were lost or rejected: exit code 3.
    public var hasLoss: Bool {
        published != acknowledged || dropped > 0 || counts.rejectedFrames > 0 || counts.rejectedTrades > 0
    }
}
