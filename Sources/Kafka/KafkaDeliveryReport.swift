import CRDKafka

/// What became of one record.
public struct KafkaDeliveryReport: Sendable, Equatable {
    /// What became of a record in the log.
    public enum Persistence: Sendable, Equatable {
        /// The broker never stored it.
        case no
        /// The request was under way when the client gave up: nobody knows.
        case possibly
        /// The broker acknowledged it.
        case yes
    }

    /// What the caller gave with the record.
    public let token: UInt
    /// The partition that it went to; negative if none was chosen.
    public let partition: Int32
    /// Its place in the partition; meaningful only when acknowledged.
    public let offset: Int64
    /// Whether it is in the log.
    public let persistence: Persistence
    /// librdkafka's code, 0 when acknowledged.
    public let code: Int32

    /// Whether the broker acknowledged it.
    public var isAcknowledged: Bool { code == 0 }

    /// Why it was not acknowledged.
    public var error: KafkaError? {
        guard code != 0 else { return nil }
        let code = rd_kafka_resp_err_t(rawValue: code)
        return KafkaError(code, "record not delivered: \(String(cString: rd_kafka_err2str(code)))")
    }

    /// Makes a report that no broker sent, for doubles.
    package init(token: UInt, partition: Int32 = 0, offset: Int64 = 0, persistence: Persistence, code: Int32) {
        self.token = token
        self.partition = partition
        self.offset = offset
        self.persistence = persistence
        self.code = code
    }

    init(_ message: UnsafePointer<rd_kafka_message_t>) {
        token = UInt(bitPattern: message.pointee._private)
        partition = message.pointee.partition
        offset = message.pointee.offset
        code = message.pointee.err.rawValue
        persistence =
            switch rd_kafka_message_status(message) {
            case RD_KAFKA_MSG_STATUS_NOT_PERSISTED: .no
            case RD_KAFKA_MSG_STATUS_PERSISTED: .yes
            default: .possibly
            }
    }
}
