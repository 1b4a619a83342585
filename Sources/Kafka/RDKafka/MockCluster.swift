import CRDKafka

/// Owns librdkafka's mock cluster of one broker.
///
/// `@unchecked Sendable`: the pointer never changes; calls go through the mock's own queue.
final class MockCluster: @unchecked Sendable {
    private let pointer: OpaquePointer
    private let handle = LiveHandles.Handle()
    private let client: RDKafkaClient  // the cluster must not outlive the client that carries it
    let bootstrap: String

    init(of client: RDKafkaClient) throws(KafkaError) {
        guard let pointer = rd_kafka_mock_cluster_new(client.pointer, 1) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__FAIL, "the embedded broker could not start")
        }
        self.pointer = pointer
        self.client = client
        bootstrap = String(cString: rd_kafka_mock_cluster_bootstraps(pointer))
    }

    deinit {
        rd_kafka_mock_cluster_destroy(pointer)
    }

    func create(_ topic: String, partitions: Int) throws(KafkaError) {
        guard partitions > 0, !topic.isEmpty else { throw .usage("topic \(topic):\(partitions) cannot be") }
        let code = rd_kafka_mock_topic_create(pointer, topic, Int32(clamping: partitions), 1)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS else {
            throw KafkaError(code, "topic \(topic): \(String(cString: rd_kafka_err2str(code)))")
        }
    }

    func setDown(_ isDown: Bool) {
        if isDown { rd_kafka_mock_broker_set_down(pointer, 1) } else { rd_kafka_mock_broker_set_up(pointer, 1) }
    }

    func setRoundTripTime(_ duration: Duration) { rd_kafka_mock_broker_set_rtt(pointer, 1, duration.milliseconds) }
}
