import Foundation
import Kafka

/// A broker for tests and demonstrations: a real Kafka where one is at hand, else the embedded one.
public enum SandboxBroker: Sendable {
    /// librdkafka's mock cluster in this process.
    case embedded(EmbeddedBroker)
    /// A real Apache Kafka in a process of its own.
    case real(KafkaServer)

    /// Starts a broker with its topics; blocks until it answers.
    ///
    /// - Parameters:
    ///   - folder: for a real broker's data and logs.
    ///   - kafkaHome: an unpacked Kafka; nil or empty takes the embedded broker. Commonly `KAFKA_HOME`.
    ///   - topics: topics to make.
    /// - Returns: the running broker.
    /// - Throws: `SandboxError` or `KafkaError`.
    public static func start(
        folder: String, kafkaHome: String?, topics: [EmbeddedBroker.Topic] = []
    ) throws -> SandboxBroker {
        guard let kafkaHome, !kafkaHome.isEmpty else {
            return .embedded(try EmbeddedBroker(listen: "127.0.0.1:0", topics: topics))
        }
        let server = try KafkaServer.start(folder: folder, home: kafkaHome)
        let admin = try KafkaAdmin(configuration: KafkaConfiguration(brokers: server.bootstrap))
        for topic in topics {
            try admin.createTopic(topic.name, partitions: topic.partitions, within: .seconds(30))
        }
        return .real(server)
    }

    /// Where clients start, `ADDRESS:PORT`.
    public var address: String {
        switch self {
        case .embedded(let broker): broker.address
        case .real(let server): server.bootstrap
        }
    }

    /// What it is, for people.
    public var kind: String {
        switch self {
        case .embedded: "embedded broker"
        case .real: "Apache Kafka"
        }
    }

    /// Ends it.
    public func stop() {
        switch self {
        case .embedded(let broker): broker.stop()
        case .real(let server): server.stop()
        }
    }
}
