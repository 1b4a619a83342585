/// What a client is for; decides which of librdkafka's settings are fixed.
public enum KafkaRole: Sendable {
    /// Publishes: nothing is given up, nothing overtakes, memory is bounded (replay.md, "Kafka sink").
    case producer
    /// Reads as a member of a group; offsets are kept elsewhere (pipeline.md, section 7).
    case consumer
    /// Asks about and makes topics.
    case admin

    /// Every setting of this role, for a benchmark's peer.
    package var settings: [(key: String, value: String)] { defaults + fixed }

    /// Settings that the caller's options may change.
    var defaults: [(key: String, value: String)] {
        switch self {
        case .producer:
            [
                ("compression.codec", "zstd"),
                ("queue.buffering.max.kbytes", "32768"),
                // The limit in bytes does not count librdkafka's own overhead for each message.
                ("queue.buffering.max.messages", "100000"),
                ("linger.ms", "5"),
            ]
        case .consumer:
            [
                // A filled fetch queue makes 2.0.2 wait a fixed second: the limit in bytes bounds memory instead.
                ("queued.min.messages", "10000000"),
                ("queued.max.messages.kbytes", "8192"),
            ]
        case .admin: []
        }
    }

    /// Settings that hold whatever the caller says.
    var fixed: [(key: String, value: String)] {
        switch self {
        case .producer:
            [
                ("enable.idempotence", "true"),
                ("acks", "all"),
                // The default gives a message up after 300 s and sends the next.
                ("message.timeout.ms", "0"),
                ("partitioner", "murmur2_random"),
            ]
        case .consumer:
            [
                ("heartbeat.interval.ms", "3000"),
                ("enable.auto.commit", "false"),
                ("enable.auto.offset.store", "false"),
                ("auto.offset.reset", "error"),
                ("isolation.level", "read_committed"),
                ("enable.partition.eof", "true"),
                // cooperative-sticky aborts, hangs and spins before librdkafka 2.10.0.
                ("partition.assignment.strategy", "range"),
            ]
        case .admin: []
        }
    }

    /// Settings that would change what the calls of a client mean.
    var refused: Set<String> {
        switch self {
        case .producer: ["transactional.id", "delivery.report.only.error"]
        case .consumer, .admin: []
        }
    }

    /// librdkafka's other names for keys that are fixed above.
    static let aliases: [String: String] = [
        "metadata.broker.list": "bootstrap.servers",
        "request.required.acks": "acks",
        "delivery.timeout.ms": "message.timeout.ms",
        "compression.type": "compression.codec",
        "queue.buffering.max.ms": "linger.ms",
    ]
}
