import Kafka

/// Publishes to one topic; makes a new producer when the old one is past use.
final class KafkaSink: RecordSink {
    private let configuration: KafkaConfiguration
    private let topicName: String
    private let log: KafkaLogHandler
    private var producer: KafkaProducer
    private var topic: KafkaTopic

    init(configuration: KafkaConfiguration, topic: String, log: @escaping KafkaLogHandler) throws(KafkaError) {
        self.configuration = configuration
        self.topicName = topic
        self.log = log
        producer = try KafkaProducer(configuration: configuration, log: log)
        self.topic = try producer.topic(topic)
    }

    func produce(
        _ run: KafkaRecordRun, partition: Int32?, keys: Span<UInt8>?, values: Span<UInt8>, headers: Span<UInt8>?,
        token: UInt
    ) -> (taken: Int, outcome: KafkaProducer.Outcome) {
        producer.produce(
            run, to: topic, partition: partition, keys: keys, values: values, headers: headers, token: token)
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
