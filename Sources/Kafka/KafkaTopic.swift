import CRDKafka

/// A topic that a producer publishes to; made once, used for every record.
///
/// `@unchecked Sendable`: the pointer never changes and librdkafka counts its references under its own lock.
public final class KafkaTopic: @unchecked Sendable {
    /// The topic's name.
    public let name: String
    let pointer: OpaquePointer
    private let handle = LiveHandles.Handle()
    let client: RDKafkaClient  // a topic handle must not outlive its client

    init(_ name: String, of client: RDKafkaClient) throws(KafkaError) {
        guard let pointer = rd_kafka_topic_new(client.pointer, name, nil) else {
            throw KafkaError(rd_kafka_last_error(), "topic \(name)")
        }
        self.name = name
        self.pointer = pointer
        self.client = client
    }

    deinit {
        rd_kafka_topic_destroy(pointer)
    }
}
