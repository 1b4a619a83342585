import Kafka
import Tape

/// What to replay, to where, and how fast.
public struct ReplayConfiguration: Sendable {
    /// The tapes; several play as one: parts by sequence number, streams by receive time.
    public var tapes: [String]
    /// How to reach Kafka.
    ///
    /// Default: `127.0.0.1:9092`.
    public var kafka: KafkaConfiguration
    /// The topic to publish to.
    ///
    /// Default: `raw_data`.
    public var topic: String
    /// Partitions of the topic if it is missing; nil: a missing topic is an error.
    ///
    /// Default: nil.
    public var partitions: Int?
    /// How fast.
    ///
    /// Default: 1, as it was recorded.
    public var speed: ReplaySpeed
    /// Trades of these symbols only; nil: all.
    ///
    /// The index of a trade stays that in the whole frame.
    ///
    /// Default: nil.
    public var symbols: Set<String>?
    /// First receive time wanted.
    ///
    /// Default: nil, the tape's start.
    public var start: ReplayBound?
    /// First receive time no longer wanted.
    ///
    /// Default: nil, the tape's end.
    public var end: ReplayBound?
    /// Write one last record to each partition, once everything else is acknowledged.
    ///
    /// Default: false.
    public var endMarker: Bool
    /// How the tapes are read; its window comes from `start` and `end`.
    public var reader: TapeReaderConfiguration
    /// How long to wait for a first contact with broker and topic.
    ///
    /// Default: 10 s.
    public var contactTimeout: Duration
    /// How long to wait for acknowledgements after a stop.
    ///
    /// Default: 10 s.
    public var stopTimeout: Duration
    /// What is published of the tape.
    ///
    /// Default: one record a trade.
    public var form = RecordForm.trades
    /// Which recorded time paces.
    ///
    /// Default: that of receipt.
    public var pace = ReplayPace.receive
    /// Longest quiet span of tape time; nil: as on the tape.
    ///
    /// Default: nil.
    public var maximumGap: Duration?
    /// How often the tape is played, each lap above the first as stream `STREAM~n`; 0: for ever.
    ///
    /// Default: 1.
    public var laps = 1
    /// Pause between laps.
    ///
    /// Default: 0.
    public var loopDelay = Duration.zero
    /// Pause before the first lap.
    ///
    /// Default: 0.
    public var delay = Duration.zero
    /// Length of the window from its start; nil: to its end.
    ///
    /// Default: nil.
    public var duration: Duration?
    /// Moves all times so that the first frame happens then.
    ///
    /// Default: nil, times as on the tape.
    public var shift: ReplayShift?
    /// Publish under this stream id: a deliberate second run.
    ///
    /// Default: nil, the tape's.
    public var publishedStream: String?
    /// Whether laps keep their stream's id, so that the pipeline must drop them as seen.
    ///
    /// Default: false.
    public var sameStream = false
    /// Kafka's timestamp of a record.
    ///
    /// Default: when it is handed over.
    public var timestamp = RecordTimestamp.publish
    /// What happens when the queue is full while there is a pace to keep.
    ///
    /// Default: the clock is held.
    public var overload = OverloadPolicy.slow
    /// Whether it waits for a command before it plays.
    ///
    /// Default: false.
    public var startsPaused = false
    /// A file to resume from and to keep current.
    ///
    /// Default: nil.
    public var checkpoint: String?
    /// A consumer group of which a member must be there before it starts.
    ///
    /// Default: nil.
    public var waitGroup: String?
    /// A consumer group that must have committed all that was published before it ends.
    ///
    /// Default: nil.
    public var untilConsumed: String?
    /// Whether it goes on with a tape that is being written, until that is closed.
    ///
    /// Default: false.
    public var follows = false

    /// Makes a configuration.
    ///
    /// - Parameters:
    ///   - tapes: the tapes.
    ///   - kafka: how to reach Kafka.
    ///   - topic: the topic to publish to.
    ///   - partitions: partitions of a missing topic.
    ///   - speed: how fast.
    ///   - symbols: trades of these only.
    ///   - start: first receive time wanted.
    ///   - end: first receive time no longer wanted.
    ///   - endMarker: whether a last record goes to each partition.
    ///   - reader: how the tapes are read.
    ///   - contactTimeout: how long to wait for a first contact.
    ///   - stopTimeout: how long to wait for acknowledgements after a stop.
    public init(
        tapes: [String], kafka: KafkaConfiguration = .init(), topic: String = "raw_data", partitions: Int? = nil,
        speed: ReplaySpeed = .rate(.one), symbols: Set<String>? = nil, start: ReplayBound? = nil,
        end: ReplayBound? = nil, endMarker: Bool = false, reader: TapeReaderConfiguration = .init(),
        contactTimeout: Duration = .seconds(10), stopTimeout: Duration = .seconds(10)
    ) {
        self.tapes = tapes
        self.kafka = kafka
        self.topic = topic
        self.partitions = partitions
        self.speed = speed
        self.symbols = symbols
        self.start = start
        self.end = end
        self.endMarker = endMarker
        self.reader = reader
        self.contactTimeout = contactTimeout
        self.stopTimeout = stopTimeout
    }
}
