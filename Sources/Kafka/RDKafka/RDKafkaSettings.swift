import CRDKafka

/// Owns a librdkafka configuration until a client takes it over.
struct RDKafkaSettings: ~Copyable {
    private let pointer: OpaquePointer

    init() {
        pointer = rd_kafka_conf_new()
        LiveHandles.made()
    }

    deinit {
        rd_kafka_conf_destroy(pointer)
        LiveHandles.freed()
    }

    /// Sets one key; the error names the key and librdkafka's reason, which quotes no secret.
    func set(_ key: String, _ value: String) throws(KafkaError) {
        let outcome = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { reason in
            rd_kafka_conf_set(pointer, key, value, reason.baseAddress, reason.count)
        }
        switch outcome {
        case RD_KAFKA_CONF_OK: return
        case RD_KAFKA_CONF_UNKNOWN: throw .usage("--kafka-option \(key): librdkafka knows no such option")
        default: throw .usage("--kafka-option \(key): librdkafka does not accept the value")
        }
    }

    func enable(events: Int32) { rd_kafka_conf_set_events(pointer, events) }

    func setRebalanceCallback(
        _ callback:
            @convention(c) (
                OpaquePointer?, rd_kafka_resp_err_t, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
                UnsafeMutableRawPointer?
            ) -> Void
    ) {
        rd_kafka_conf_set_rebalance_cb(pointer, callback)
    }

    /// Makes the client; does not wait for a broker.
    consuming func makeClient(_ type: rd_kafka_type_t, context: RDKafkaContext) throws(KafkaError) -> RDKafkaClient {
        rd_kafka_conf_set_opaque(pointer, context.opaque)
        rd_kafka_conf_set_log_cb(pointer, RDKafkaContext.logCallback)
        var handle: OpaquePointer?
        let reason = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { reason in
            handle = rd_kafka_new(type, pointer, reason.baseAddress, reason.count)
            return handle == nil ? reason.baseAddress.map { String(cString: $0) } ?? "" : ""
        }
        guard let handle else {
            _ = consume self  // still ours: deinit frees it
            throw .usage("Kafka client: \(reason)")
        }
        discard self  // rd_kafka_new took it
        LiveHandles.freed()
        return RDKafkaClient(owning: handle, context: context)
    }
}
