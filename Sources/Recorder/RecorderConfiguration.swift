import Kafka
import Replayer
import Tape
import WebSocket

/// What to record, from where, to where.
public struct RecorderConfiguration: Sendable {
    /// The server; without a key in its query.
    public var url: WebSocketURL
    /// The server's key.
    ///
    /// Default: none.
    public var token: RecorderToken?
    /// A PEM file of authorities to trust instead of the system's store.
    ///
    /// Default: the system's.
    public var caFile: String?
    /// What to subscribe.
    public var symbols: [String]
    /// A file of more symbols, one a line, read again when asked to.
    ///
    /// Default: none.
    public var symbolsFile: String?
    /// How the tape is written.
    public var capture: TapeCaptureConfiguration
    /// Silence, pings included, after which the connection counts as dead.
    ///
    /// Default: 150 s.
    public var stall: Duration
    /// A command that is told of closed parts, gaps, stalls and want of space.
    ///
    /// Default: none.
    public var hook: String?
    /// Whether retention spares parts until the hook has ended with 0 for them.
    ///
    /// Default: false.
    public var keepUntilHooked: Bool
    /// Where metrics and health are served.
    ///
    /// Default: nowhere.
    public var listen: ListenAddress?
    /// Whether and how to publish to Kafka too.
    ///
    /// Default: not.
    public var publish: PublishConfiguration?
    /// How often the state of things is logged.
    ///
    /// Default: 60 s.
    public var logInterval: Duration
    /// What the tape's header names as its recorder.
    public var version: String
    /// How many times faster than life the feed is: a soak test's session waits as many times less.
    ///
    /// Default: 1.
    var acceleration: Int64 = 1

    /// Makes a configuration.
    ///
    /// - Parameters:
    ///   - url: the server.
    ///   - token: its key.
    ///   - caFile: authorities to trust.
    ///   - symbols: what to subscribe.
    ///   - symbolsFile: a file of more.
    ///   - capture: how the tape is written.
    ///   - stall: silence after which a connection counts as dead.
    ///   - hook: a command to tell.
    ///   - keepUntilHooked: whether parts stay until it was told.
    ///   - listen: where metrics and health are served.
    ///   - publish: how to publish.
    ///   - logInterval: how often the state is logged.
    ///   - version: what the header names.
    public init(
        url: WebSocketURL, token: RecorderToken? = nil, caFile: String? = nil, symbols: [String],
        symbolsFile: String? = nil, capture: TapeCaptureConfiguration, stall: Duration = .seconds(150),
        hook: String? = nil, keepUntilHooked: Bool = false, listen: ListenAddress? = nil,
        publish: PublishConfiguration? = nil, logInterval: Duration = .seconds(60), version: String
    ) {
        self.url = url
        self.token = token
        self.caFile = caFile
        self.symbols = symbols
        self.symbolsFile = symbolsFile
        self.capture = capture
        self.stall = stall
        self.hook = hook
        self.keepUntilHooked = keepUntilHooked
        self.listen = listen
        self.publish = publish
        self.logInterval = logInterval
        self.version = version
    }

    /// The times of a session; the warning comes after three fifths of the silence that is a stall.
    var rules: SessionRules {
        var rules = SessionRules()
        rules.stall = stall.nanoseconds
        rules.quiet = rules.stall / 5 * 3
        return rules.accelerated(by: acceleration)
    }
}

/// How to publish while recording.
public struct PublishConfiguration: Sendable {
    /// How to reach Kafka.
    public var kafka: KafkaConfiguration
    /// The topic.
    ///
    /// Default: `raw_data`.
    public var topic: String
    /// Partitions of the topic if it is missing; nil: it is waited for.
    ///
    /// Default: nil.
    public var partitions: Int?
    /// What becomes a record.
    ///
    /// Default: trades.
    public var form: RecordForm
    /// Bytes of frames that wait in memory; beyond, they are read back from the tape.
    ///
    /// Default: 8 MiB.
    public var queueBytes: Int
    /// How long the end waits for the broker.
    ///
    /// Default: 5 s.
    public var drainTimeout: Duration

    /// Makes a configuration.
    ///
    /// - Parameters:
    ///   - kafka: how to reach Kafka.
    ///   - topic: the topic.
    ///   - partitions: partitions of a missing topic.
    ///   - form: what becomes a record.
    ///   - queueBytes: bytes that wait in memory.
    ///   - drainTimeout: how long the end waits for the broker.
    public init(
        kafka: KafkaConfiguration = .init(), topic: String = "raw_data", partitions: Int? = nil,
        form: RecordForm = .trades, queueBytes: Int = 8 << 20, drainTimeout: Duration = .seconds(5)
    ) {
        self.kafka = kafka
        self.topic = topic
        self.partitions = partitions
        self.form = form
        self.queueBytes = queueBytes
        self.drainTimeout = drainTimeout
    }
}

extension Duration {
    /// Whole nanoseconds; beyond 292 years it is the largest.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : whole &+ attoseconds / 1_000_000_000
    }
}
