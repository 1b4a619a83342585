import CRDKafka

/// Owns a list of partitions of one topic.
struct PartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(topic: String, _ entries: [(partition: Int32, offset: Int64)]) {
        pointer = rd_kafka_topic_partition_list_new(Int32(clamping: entries.count))
        for (partition, offset) in entries {
            rd_kafka_topic_partition_list_add(pointer, topic, partition)?.pointee.offset = offset
        }
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }

    var first: rd_kafka_topic_partition_t? { pointer.pointee.cnt > 0 ? pointer.pointee.elems[0] : nil }
}
