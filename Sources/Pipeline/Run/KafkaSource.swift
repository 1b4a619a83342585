import Kafka

/// Records from Kafka, copied out of librdkafka's memory.
final class KafkaSource: RecordSource {
    private let consumer: KafkaConsumer
    private let queryTimeout: Duration

    init(_ consumer: KafkaConsumer, queryTimeout: Duration = .seconds(10)) {
        self.consumer = consumer
        self.queryTimeout = queryTimeout
    }

    var regressions: Int { consumer.offsetRegressions }

    func subscribe() throws(PipelineError) { try call { () throws(KafkaError) in try consumer.subscribe() } }
    func unsubscribe() throws(PipelineError) { try call { () throws(KafkaError) in try consumer.unsubscribe() } }
    func unassign() throws(PipelineError) { try call { () throws(KafkaError) in try consumer.unassign() } }

    func assign(_ start: [(partition: Int32, offset: Int64)]) throws(PipelineError) {
        try call { () throws(KafkaError) in try consumer.assign(start) }
    }

    func pause(_ partitions: [Int32]) throws(PipelineError) {
        try call { () throws(KafkaError) in try consumer.pause(partitions) }
    }

    func resume(_ partitions: [Int32]) throws(PipelineError) {
        try call { () throws(KafkaError) in try consumer.resume(partitions) }
    }

    func watermarks(_ partition: Int32) throws(PipelineError) -> (low: Int64, high: Int64) {
        // A partition without a leader gets one within seconds.
        var attempt = 0
        while true {
            do throws(KafkaError) {
                return try consumer.queryWatermarks(partition: partition, timeout: queryTimeout)
            } catch {
                attempt += 1
                guard error.isRetriable, attempt < 3 else { throw PipelineError(.source, error.description) }
            }
        }
    }

    func commit(_ next: [(partition: Int32, offset: Int64)]) {
        // Only for lag tools; MongoDB holds the truth.
        try? consumer.commit(next)
    }

    func close(within limit: Duration) -> Bool { consumer.close(within: limit) }

    func poll(_ timeout: Duration) -> SourceEvent {
        switch consumer.poll(timeout: timeout) {
        case .nothing: return .nothing
        case .message(let message):
            return .record(
                SourceRecord(
                    partition: message.partition, offset: message.offset, timestamp: message.timestamp ?? 0,
                    key: message.key, value: message.value,
                    headers: message.headers.map { RecordHeader(name: $0.name, value: $0.value) }))
        case .endOfPartition(let partition, let offset): return .end(partition: partition, offset: offset)
        case .rebalance(.assigned(let partitions)): return .assigned(partitions)
        case .rebalance(.revoked(let partitions, let lost)): return .revoked(partitions, lost: lost)
        case .rebalance(.failed(let error)):
            try? consumer.unassign()
            return .trouble(error.description)
        case .failure(let error):
            return error.isFatal ? .failed(PipelineError(.source, error.description)) : .trouble(error.description)
        }
    }

    private func call(_ body: () throws(KafkaError) -> Void) throws(PipelineError) {
        do throws(KafkaError) {
            try body()
        } catch {
            throw PipelineError(.source, error.description)
        }
    }
}
