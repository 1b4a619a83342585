import CRDKafka

extension KafkaConsumer {
    /// Runs inside `rd_kafka_consumer_poll` on the polling thread, or inside a close; only notes what is asked.
    static let rebalanceCallback:
        @convention(c) (
            OpaquePointer?, rd_kafka_resp_err_t, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
            UnsafeMutableRawPointer?
        ) -> Void = { client, code, list, opaque in
            guard let context = RDKafkaContext.from(opaque) else { return }
            if context.isClosing.load(ordering: .sequentiallyConsistent) {
                rd_kafka_assign(client, nil)  // nobody polls any more: a close waits for this answer
                return
            }
            let numbers = (0..<Int(list?.pointee.cnt ?? 0)).compactMap { list?.pointee.elems[$0].partition }.sorted()
            let event: KafkaRebalance =
                switch code {
                case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS: .assigned(numbers)
                case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
                    .revoked(numbers, lost: rd_kafka_assignment_lost(client) != 0)
                default: .failed(KafkaError(code, "rebalance: \(String(cString: rd_kafka_err2str(code)))"))
                }
            context.rebalances.withLock { $0.append(event) }
            rd_kafka_yield(client)  // let the poll return, so that the caller answers before the next record
        }

    func nextRebalance() -> KafkaRebalance? {
        client.context.rebalances.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }

    /// Starts reading these partitions at these offsets, and no others.
    ///
    /// Polling thread.
    ///
    /// - Parameter start: partitions with the offset of the first record wanted; none answers an assignment by reading
    ///   nothing.
    /// - Throws: ``KafkaError``.
    public func assign(_ start: [(partition: Int32, offset: Int64)]) throws(KafkaError) {
        let list = PartitionList(topic: topic, start)
        try check(rd_kafka_assign(client.pointer, list.pointer), "assign")
        partitions = Array(repeating: PartitionState(), count: Int((start.map(\.partition).max() ?? -1) + 1))
        for (partition, offset) in start {
            partitions[Int(partition)] = PartitionState(isAssigned: true, floor: max(0, offset))
        }
    }

    /// Stops reading everything.
    ///
    /// Polling thread.
    public func unassign() throws(KafkaError) {
        partitions = []
        try check(rd_kafka_assign(client.pointer, nil), "unassign")
    }

    /// The partitions being read, paused ones included.
    ///
    /// Polling thread.
    public var assignment: [Int32] {
        partitions.indices.filter { partitions[$0].isAssigned }.map(Int32.init)
    }
}
