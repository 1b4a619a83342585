import CRDKafka

/// A librdkafka client, shared by all that need it and destroyed with the last of them.
///
/// `@unchecked Sendable`: the pointer never changes and librdkafka's functions on it may be called from any thread.
final class RDKafkaClient: @unchecked Sendable {
    let pointer: OpaquePointer
    private let handle = LiveHandles.Handle()
    let context: RDKafkaContext

    init(owning pointer: OpaquePointer, context: RDKafkaContext) {
        self.pointer = pointer
        self.context = context
    }

    /// Blocks until librdkafka's threads have ended.
    deinit {
        context.isClosing.store(true, ordering: .sequentiallyConsistent)
        rd_kafka_destroy(pointer)
    }

    /// The error after which this client is useless, if there is one.
    var fatalError: KafkaError? {
        let (code, text) = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { reason in
            let code = rd_kafka_fatal_error(pointer, reason.baseAddress, reason.count)
            let text = reason.baseAddress.map { String(cString: $0) } ?? ""
            return (code, code == RD_KAFKA_RESP_ERR_NO_ERROR ? "" : text)
        }
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return KafkaError(code, text, isFatal: true)
    }
}

/// A queue of a client's events.
///
/// `@unchecked Sendable`: the pointer never changes; librdkafka locks its queues itself.
final class RDKafkaQueue: @unchecked Sendable {
    let pointer: OpaquePointer
    private let handle = LiveHandles.Handle()
    private let client: RDKafkaClient  // a queue must not outlive its client

    /// The main queue: errors that concern no call.
    init(mainOf client: RDKafkaClient) {
        self.client = client
        pointer = rd_kafka_queue_get_main(client.pointer)
    }

    /// A queue for the results of admin calls.
    init(newFor client: RDKafkaClient) {
        self.client = client
        pointer = rd_kafka_queue_new(client.pointer)
    }

    deinit {
        rd_kafka_queue_destroy(pointer)
    }
}
