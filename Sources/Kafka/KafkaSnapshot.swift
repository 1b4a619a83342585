import CRDKafka

/// A topic as it is at one moment: each partition from its first record to the end that it had then.
///
/// Committed records only. Partitions are read side by side through one consumer that belongs to no group; each has a
/// buffer bounded in bytes, and one whose buffer is full pauses, so that any partition can be asked for its next record
/// at any time. Use it from one thread at a time.
public final class KafkaSnapshot {
    private struct Partition {
        var low: Int64
        var high: Int64
        /// Offset of the record that comes next.
        var next: Int64
        var records: [KafkaRecord] = []
        var taken = 0
        var bytes = 0
        var isPaused = false
        var isDone: Bool

        init(from low: Int64, to high: Int64) {
            self.low = low
            self.high = high
            next = low
            isDone = low >= high
        }
    }

    /// The topic.
    public let topic: String
    private let configuration: KafkaConfiguration
    private let log: KafkaLogHandler
    private let consumer: KafkaConsumer
    private let header: KafkaHeaderName
    private let limit: Int
    private let patience: Duration
    private var partitions: [Partition] = []
    private var lastTrouble: KafkaError?

    /// Records read so far, over all partitions.
    public private(set) var recordsRead: Int64 = 0
    /// Offsets without a record so far: ends of transactions, what was aborted or compacted.
    public private(set) var gaps: Int64 = 0

    /// Finds the topic and where its partitions begin and end.
    ///
    /// - Parameters:
    ///   - configuration: brokers and options.
    ///   - topic: the topic.
    ///   - header: which header is wanted.
    ///   - contact: how long to wait for a broker.
    ///   - bufferBytes: what all buffers hold together, beside librdkafka's own.
    ///   - patience: how long a broker that answered once may be away, or give nothing, before the reading fails.
    ///   - log: takes librdkafka's lines.
    /// - Throws: ``KafkaError``: no broker, no such topic, an option that cannot be.
    public init(
        configuration: KafkaConfiguration, topic: String, header: KafkaHeaderName = .tape, contact: Duration,
        bufferBytes: Int = 64 << 20, patience: Duration = .seconds(60), log: @escaping KafkaLogHandler = { _ in }
    ) throws(KafkaError) {
        try configuration.validate(for: .consumer)
        guard let count = try KafkaAdmin(configuration: configuration, log: log).partitions(of: topic, within: contact)
        else {
            throw KafkaError(
                RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, "topic \(topic): there is none at \(configuration.brokers)")
        }
        self.topic = topic
        self.header = header
        self.patience = patience
        self.configuration = configuration
        self.log = log
        limit = max(64 << 10, bufferBytes / max(1, count))
        consumer = try Self.consumer(configuration, topic, log)
        for number in 0..<Int32(count) {
            let bounds = try Self.watermarks(consumer, number, within: contact)
            partitions.append(Partition(from: bounds.low, to: bounds.high))
        }
        try start()
    }

    /// The same records once more, from the first on.
    ///
    /// With a client of its own: librdkafka 2.0.2 aborts at times when a consumer is assigned again what it has.
    public init(again other: KafkaSnapshot) throws(KafkaError) {
        topic = other.topic
        header = other.header
        patience = other.patience
        configuration = other.configuration
        log = other.log
        limit = other.limit
        consumer = try Self.consumer(configuration, topic, log)
        partitions = other.partitions.map { Partition(from: $0.low, to: $0.high) }
        try start()
    }

    private static func consumer(
        _ configuration: KafkaConfiguration, _ topic: String, _ log: @escaping KafkaLogHandler
    ) throws(KafkaError) -> KafkaConsumer {
        // A group's name is asked for; nothing is joined or committed.
        try KafkaConsumer(configuration: configuration, topic: topic, group: "tapedeck-snapshot", log: log)
    }

    private func start() throws(KafkaError) {
        try consumer.assign(
            partitions.indices.filter { !partitions[$0].isDone }.map { (Int32($0), partitions[$0].low) })
    }

    private static func watermarks(
        _ consumer: KafkaConsumer, _ partition: Int32, within deadline: Duration
    ) throws(KafkaError) -> (low: Int64, high: Int64) {
        // A partition without a leader gets one within seconds.
        var attempt = 0
        while true {
            do throws(KafkaError) {
                return try consumer.queryWatermarks(partition: partition, timeout: deadline)
            } catch {
                attempt += 1
                guard error.isRetriable, attempt < 3 else { throw error }
            }
        }
    }

    /// How many partitions the topic has.
    public var partitionCount: Int { partitions.count }

    /// How many records there are, at most: offsets may have none.
    public var size: Int64 { partitions.reduce(0) { $0 + $1.high - $1.low } }

    /// Offsets before the first records: what retention or a deletion took.
    public var goneBefore: Int64 { partitions.reduce(0) { $0 + $1.low } }

    /// The next record of a partition; nil at its end.
    ///
    /// Blocks until it is there.
    ///
    /// - Throws: ``KafkaError``: the broker went away for good, or the records are gone meanwhile.
    public func next(_ partition: Int) throws(KafkaError) -> KafkaRecord? {
        var deadline = ContinuousClock.now + patience
        while true {
            if let record = try take(partition) { return record }
            if partitions[partition].isDone { return nil }
            if try poll() {
                deadline = ContinuousClock.now + patience
            } else if ContinuousClock.now >= deadline {
                throw stalled(partition)
            }
        }
    }

    /// Takes in what comes next, of whatever partition.
    ///
    /// - Returns: whether anything came.
    private func poll() throws(KafkaError) -> Bool {
        switch consumer.poll(timeout: .milliseconds(100)) {
        case .message(let message): try keep(KafkaRecord(message, header: header))
        case .endOfPartition(let number, let offset): end(Int(number), at: offset)
        case .failure(let error):
            guard error.isRetriable else { throw error }
            lastTrouble = error
            return false
        case .rebalance: return false
        case .nothing: return false
        }
        return true
    }

    /// Leaves; after false librdkafka's threads are still at work.
    @discardableResult
    public func close(within deadline: Duration = .seconds(5)) -> Bool { consumer.close(within: deadline) }

    private func take(_ number: Int) throws(KafkaError) -> KafkaRecord? {
        guard partitions[number].taken < partitions[number].records.count else { return nil }
        let record = partitions[number].records[partitions[number].taken]
        partitions[number].taken += 1
        partitions[number].bytes -= record.cost
        if partitions[number].taken == partitions[number].records.count || partitions[number].taken >= 1024 {
            partitions[number].records.removeFirst(partitions[number].taken)
            partitions[number].taken = 0
        }
        if partitions[number].isPaused, partitions[number].bytes < limit / 2 {
            partitions[number].isPaused = false
            try consumer.resume([Int32(number)])
        }
        recordsRead += 1
        return record
    }

    private func keep(_ record: KafkaRecord) throws(KafkaError) {
        let number = Int(record.partition)
        // What came after the moment of the snapshot is none of its records.
        guard !partitions[number].isDone, record.offset < partitions[number].high else {
            return end(number, at: partitions[number].high)
        }
        gaps += record.offset - partitions[number].next
        partitions[number].next = record.offset + 1
        partitions[number].records.append(record)
        partitions[number].bytes += record.cost
        if partitions[number].next == partitions[number].high {
            partitions[number].isDone = true
        } else if partitions[number].bytes >= limit, !partitions[number].isPaused {
            partitions[number].isPaused = true
            try consumer.pause([Int32(number)])
        }
    }

    /// Nothing more is to come: what lies before `offset` and brought no record has none.
    private func end(_ number: Int, at offset: Int64) {
        guard !partitions[number].isDone else { return }
        partitions[number].isDone = true
        gaps += max(0, min(offset, partitions[number].high) - partitions[number].next)
    }

    private func stalled(_ partition: Int) -> KafkaError {
        let detail = lastTrouble.map { ": \($0.message)" } ?? ""
        return KafkaError(
            RD_KAFKA_RESP_ERR__TIMED_OUT,
            "topic \(topic), partition \(partition): nothing came for \(patience) at offset"
                + " \(partitions[partition].next)\(detail)")
    }
}
