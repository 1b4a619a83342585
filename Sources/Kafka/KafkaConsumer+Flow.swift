import CRDKafka

extension KafkaConsumer {
    /// Stops fetching these partitions; those paused already or not assigned stay as they are.
    ///
    /// Polling thread.
    public func pause(_ numbers: [Int32]) throws(KafkaError) { try setPaused(numbers, true) }

    /// Goes on fetching these partitions; exactly those that are paused, because resuming another one rewinds it
    /// (confluentinc/librdkafka#4637).
    ///
    /// Polling thread.
    public func resume(_ numbers: [Int32]) throws(KafkaError) { try setPaused(numbers, false) }

    /// The partitions that are paused.
    ///
    /// Polling thread.
    public var paused: [Int32] { partitions.indices.filter { partitions[$0].isPaused }.map(Int32.init) }

    private func setPaused(_ numbers: [Int32], _ pausing: Bool) throws(KafkaError) {
        let changing = Set(numbers).sorted().filter { number in
            guard number >= 0, number < partitions.count else { return false }
            let state = partitions[Int(number)]
            return state.isAssigned && state.isPaused != pausing
        }
        guard !changing.isEmpty else { return }
        let list = PartitionList(topic: topic, changing.map { ($0, Int64(RD_KAFKA_OFFSET_INVALID)) })
        let code =
            pausing
            ? rd_kafka_pause_partitions(client.pointer, list.pointer)
            : rd_kafka_resume_partitions(client.pointer, list.pointer)
        try check(code, pausing ? "pause" : "resume")
        for number in changing { partitions[Int(number)].isPaused = pausing }
    }

    /// Asks the broker for a partition's first offset and the one after its last.
    ///
    /// Blocks; any thread.
    ///
    /// - Throws: ``KafkaError``; retriable ones while the partition has no leader.
    public func queryWatermarks(
        partition: Int32, timeout: Duration
    ) throws(KafkaError) -> (low: Int64, high: Int64) {
        var low: Int64 = 0
        var high: Int64 = 0
        let code = rd_kafka_query_watermark_offsets(
            client.pointer, topic, partition, &low, &high, timeout.milliseconds)
        try check(code, "watermarks of partition \(partition)")
        return (low, high)
    }

    /// What the last response said of a partition's bounds, without asking; nil before the first one.
    ///
    /// Any thread.
    public func cachedWatermarks(partition: Int32) -> (low: Int64, high: Int64)? {
        var low: Int64 = 0
        var high: Int64 = 0
        guard
            rd_kafka_get_watermark_offsets(client.pointer, topic, partition, &low, &high)
                == RD_KAFKA_RESP_ERR_NO_ERROR, low >= 0, high >= 0
        else { return nil }
        return (low, high)
    }

    /// Tells the group how far we are, for lag tools; does not wait, and a failure is only logged by librdkafka.
    ///
    /// - Parameter next: partitions with the offset of the next record to read.
    /// - Throws: ``KafkaError`` if librdkafka does not even take it.
    public func commit(_ next: [(partition: Int32, offset: Int64)]) throws(KafkaError) {
        guard !next.isEmpty else { return }
        let list = PartitionList(topic: topic, next)
        try check(rd_kafka_commit(client.pointer, list.pointer, 1), "commit")
    }

    /// Asks how far the group is in a partition; nil: nothing committed.
    ///
    /// Blocks; any thread.
    public func committed(partition: Int32, timeout: Duration) throws(KafkaError) -> Int64? {
        let list = PartitionList(topic: topic, [(partition, Int64(RD_KAFKA_OFFSET_INVALID))])
        try check(rd_kafka_committed(client.pointer, list.pointer, timeout.milliseconds), "committed offsets")
        let offset = list.first?.offset ?? Int64(RD_KAFKA_OFFSET_INVALID)
        return offset < 0 ? nil : offset
    }
}
