import CRDKafka

/// What went wrong between this process and Kafka.
public struct KafkaError: Error, Equatable, Sendable, CustomStringConvertible {
    /// librdkafka's error code; negative ones arose on this side.
    public let code: Int32
    /// The code's name, such as `_TRANSPORT` or `UNKNOWN_TOPIC_OR_PART`.
    public let name: String
    /// Whether the same call may succeed later without anyone doing anything.
    public let isRetriable: Bool
    /// Whether the client that raised it can never be used again and must be made anew.
    public let isFatal: Bool
    /// Whether the caller's settings are at fault: a usage error, exit code 2.
    public let isUsage: Bool
    /// What failed and where, without the remedy.
    public let message: String

    /// One line: what, where, and what to do about it.
    public var description: String {
        guard let remedy = Self.remedy(for: code, usage: isUsage) else { return "\(message) (\(name))" }
        return "\(message) (\(name)): \(remedy)"
    }

    init(_ code: rd_kafka_resp_err_t, _ message: String, isFatal: Bool = false, isUsage: Bool = false) {
        self.code = code.rawValue
        self.name = String(cString: rd_kafka_err2name(code))
        self.isRetriable = !isFatal && !isUsage && Self.retriable.contains(code.rawValue)
        self.isFatal = isFatal
        self.isUsage = isUsage
        self.message = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// Makes an error that no broker sent, for doubles.
    package init(code: Int32, _ message: String, isFatal: Bool = false) {
        self.init(rd_kafka_resp_err_t(rawValue: code), message, isFatal: isFatal)
    }

    /// A caller's setting that cannot be used; names the key, never the value, which may be a secret.
    static func usage(_ message: String) -> KafkaError {
        KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, message, isUsage: true)
    }

    /// Whether the topic or the partition does not exist.
    public var isMissingTopic: Bool {
        code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART.rawValue
            || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC.rawValue
            || code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION.rawValue
    }

    /// Whether no broker could be reached, or none answered in time.
    public var isUnreachable: Bool {
        [
            RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__TIMED_OUT,
            RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
        ].contains { $0.rawValue == code }
    }

    /// Codes after which trying again can help.
    ///
    /// librdkafka tells this only for errors it wraps itself.
    private static let retriable: Set<Int32> = Set(
        [
            RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__TIMED_OUT,
            RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__QUEUE_FULL,
            RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR__WAIT_CACHE, RD_KAFKA_RESP_ERR__IN_PROGRESS,
            RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS, RD_KAFKA_RESP_ERR__RETRY,
            RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
            RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
            RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
            RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, RD_KAFKA_RESP_ERR_NOT_CONTROLLER,
            RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
        ].map(\.rawValue))

    private static func remedy(for code: Int32, usage: Bool) -> String? {
        if usage { return "correct or remove that option" }
        switch rd_kafka_resp_err_t(rawValue: code) {
        case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__TIMED_OUT:
            return "check that the broker runs and that --brokers names it"
        case RD_KAFKA_RESP_ERR__RESOLVE: return "check the host name in --brokers"
        case RD_KAFKA_RESP_ERR__SSL:
            return "check security.protocol and the ssl.* options against the broker's listener"
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
            RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE:
            return "check the sasl.* options; SCRAM against Kafka 4 needs librdkafka 2.6.1, PLAIN and mutual TLS work"
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
            return "grant this user the right on the broker"
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
            return "create the topic, let replay do it with --partitions N, or correct its name"
        case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
            return "the topic no longer holds that offset: it was cut by retention or made anew"
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE: return "raise message.max.bytes here and on the broker"
        default: return nil
        }
    }
}
