import CProducer
import CRDKafka

/// Owns a librdkafka configuration until a client takes it over.
struct RDKafkaSettings: ~Copyable {
    /// What is freed on every path but one.
    private struct Storage: ~Copyable {
        let pointer: OpaquePointer

        init() { pointer = rd_kafka_conf_new() }

        deinit { rd_kafka_conf_destroy(pointer) }

        /// Gives the pointer to a client; it must not be freed here any more.
        consuming func handOver() { discard self }
    }

    private let storage = Storage()
    private let handle = LiveHandles.Handle()

    /// Sets one key; the error names the key and librdkafka's reason, which quotes no secret.
    func set(_ key: String, _ value: String) throws(KafkaError) {
        let outcome = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { reason in
            rd_kafka_conf_set(storage.pointer, key, value, reason.baseAddress, reason.count)
        }
        switch outcome {
        case RD_KAFKA_CONF_OK: return
        case RD_KAFKA_CONF_UNKNOWN: throw .usage("--kafka-option \(key): librdkafka knows no such option")
        default: throw .usage("--kafka-option \(key): librdkafka does not accept the value")
        }
    }

    func enable(events: Int32) { rd_kafka_conf_set_events(storage.pointer, events) }

    /// Delivery reports and errors go to the context, a call each, while a thread polls; records can be handed over.
    func setProducerCallbacks() {
        cproducer_configure(storage.pointer)
        rd_kafka_conf_set_dr_msg_cb(storage.pointer, RDKafkaContext.deliveryCallback)
        rd_kafka_conf_set_error_cb(storage.pointer, RDKafkaContext.errorCallback)
    }

    func setRebalanceCallback(
        _ callback:
            @convention(c) (
                OpaquePointer?, rd_kafka_resp_err_t, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
                UnsafeMutableRawPointer?
            ) -> Void
    ) {
        rd_kafka_conf_set_rebalance_cb(storage.pointer, callback)
    }

    /// Makes the client; does not wait for a broker.
    consuming func makeClient(_ type: rd_kafka_type_t, context: RDKafkaContext) throws(KafkaError) -> RDKafkaClient {
        rd_kafka_conf_set_opaque(storage.pointer, context.opaque)
        rd_kafka_conf_set_log_cb(storage.pointer, RDKafkaContext.logCallback)
        var client: OpaquePointer?
        let reason = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { reason in
            client = rd_kafka_new(type, storage.pointer, reason.baseAddress, reason.count)
            return client == nil ? reason.baseAddress.map { String(cString: $0) } ?? "" : ""
        }
        guard let client else { throw .usage("Kafka client: \(reason)") }  // still ours: it is freed here
        storage.handOver()
        return RDKafkaClient(owning: client, context: context)
    }
}
