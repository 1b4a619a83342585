import Kafka

/// Publishes to one topic; makes a new producer when the old one is past use.
final class KafkaSink: RecordSink {
    private let configuration: KafkaConfiguration
    private let topicName: String
    private let log: KafkaLogHandler
    /// Read for each record by the only thread that changes it: a check each time would find nothing.
    @exclusivity(unchecked) private var producer: KafkaProducer
    @exclusivity(unchecked) private var topic: KafkaTopic

    init(configuration: KafkaConfiguration, topic: String, log: @escaping KafkaLogHandler) throws(KafkaError) {
        self.configuration = configuration
        self.topicName = topic
        self.log = log
        producer = try KafkaProducer(configuration: configuration, log: log)
        self.topic = try producer.topic(topic)
    }

    func produce(
        partition: Int32?, key: Span<UInt8>?, value: Span<UInt8>, header: Span<UInt8>?, timestamp: Int64?, token: UInt
    ) -> KafkaProducer.Outcome {
        producer.produce(
            to: topic, partition: partition, key: key, value: value, header: header, timestamp: timestamp, token: token)
    }

    func drain(into reports: inout [KafkaDeliveryReport], timeout: Duration) -> [KafkaError] {
        producer.drain(into: &reports, timeout: timeout)
    }

    var fatalError: KafkaError? { producer.fatalError }

    func restart(into reports: inout [KafkaDeliveryReport]) throws(KafkaError) {
        producer.abandon(into: &reports)
        let next = try KafkaProducer(configuration: configuration, log: log)
        topic = try next.topic(topicName)
        producer = next
    }

    /// Makes the producer fail as brokers make it fail; for tests.
    func injectFatalError() { producer.injectFatalError() }
}
