import CRDKafka
import Synchronization

/// Reads one topic as a member of a group; what to read from where is the caller's word, never Kafka's.
///
/// `@unchecked Sendable`: one thread polls, and only that thread assigns, pauses and resumes; what other threads may
/// call says so.
public final class KafkaConsumer: @unchecked Sendable {
    /// The topic read.
    public let topic: String
    /// The group's name.
    public let group: String

    let client: RDKafkaClient
    /// By partition number; polling thread only.
    var partitions: [PartitionState] = []
    private let regressions = Atomic<Int>(0)
    private var timeout = (duration: Duration.zero, milliseconds: Int32(0))
    private var isClosed = false

    /// What is known of one partition here.
    struct PartitionState {
        var isAssigned = false
        var isPaused = false
        /// The next offset that may come.
        var floor: Int64 = 0
    }

    /// Makes a consumer; it joins nothing yet.
    ///
    /// - Parameters:
    ///   - configuration: brokers and options.
    ///   - topic: the topic to read.
    ///   - group: the group to be a member of.
    ///   - sessionTimeout: after this long without a sign of life the group goes on without us. Tests shorten it.
    ///   - log: takes librdkafka's lines.
    /// - Throws: ``KafkaError`` with ``KafkaError/isUsage`` for an option that cannot be.
    public init(
        configuration: KafkaConfiguration, topic: String, group: String, sessionTimeout: Duration = .seconds(10),
        log: @escaping KafkaLogHandler = { _ in }
    ) throws(KafkaError) {
        let settings = try configuration.settings(
            for: .consumer,
            extra: [("group.id", group), ("session.timeout.ms", String(sessionTimeout.milliseconds))])
        settings.setRebalanceCallback(Self.rebalanceCallback)
        client = try settings.makeClient(RD_KAFKA_CONSUMER, context: RDKafkaContext(log: log))
        rd_kafka_poll_set_consumer(client.pointer)
        self.topic = topic
        self.group = group
    }

    /// Asks the group for partitions; what it gives comes as ``KafkaPoll/rebalance(_:)``.
    public func subscribe() throws(KafkaError) {
        let list = PartitionList(topic: topic, [(RD_KAFKA_PARTITION_UA, Int64(RD_KAFKA_OFFSET_INVALID))])
        try check(rd_kafka_subscribe(client.pointer, list.pointer), "subscribe")
    }

    /// Leaves the group; what is assigned is revoked first, through ``poll(timeout:)``.
    ///
    /// ``subscribe()`` joins again.
    public func unsubscribe() throws(KafkaError) { try check(rd_kafka_unsubscribe(client.pointer), "unsubscribe") }

    /// Waits for what comes next.
    ///
    /// Polling thread.
    ///
    /// - Parameter timeout: how long at most; zero only looks.
    /// - Returns: one thing.
    public func poll(timeout: Duration) -> KafkaPoll {
        if timeout != self.timeout.duration { self.timeout = (timeout, timeout.milliseconds) }
        while true {
            guard let message = rd_kafka_consumer_poll(client.pointer, self.timeout.milliseconds) else {
                return nextRebalance().map { .rebalance($0) } ?? .nothing
            }
            switch message.pointee.err {
            case RD_KAFKA_RESP_ERR_NO_ERROR:
                let taken = KafkaMessage(owning: message)
                guard accept(taken) else { continue }  // dropping it frees it
                return .message(taken)
            case RD_KAFKA_RESP_ERR__PARTITION_EOF:
                let taken = KafkaMessage(owning: message)
                return .endOfPartition(partition: taken.partition, offset: taken.offset)
            default:
                let error = failure(message)
                rd_kafka_message_destroy(message)
                return .failure(error)
            }
        }
    }

    /// Records that were dropped because their offset did not grow (librdkafka before 2.4.0 rewinds at times).
    ///
    /// Any thread.
    public var offsetRegressions: Int { regressions.load(ordering: .relaxed) }

    /// Whether others may own our partitions already.
    ///
    /// Any thread.
    public var isAssignmentLost: Bool { rd_kafka_assignment_lost(client.pointer) != 0 }

    /// The error after which this consumer is useless, if there is one.
    ///
    /// Any thread.
    public var fatalError: KafkaError? { client.fatalError }

    /// Leaves the group and ends; blocks up to the deadline.
    ///
    /// Call it once, when nothing polls any more.
    ///
    /// librdkafka 2.0.2 can hang here. After false its threads are still at work: end the process without clean-up.
    ///
    /// - Returns: whether it ended in time.
    public func close(within deadline: Duration) -> Bool {
        guard !isClosed else { return true }
        isClosed = true
        client.context.isClosing.store(true, ordering: .sequentiallyConsistent)
        let done = Latch()
        // The thread gives its reference back before it says so, or it might be the one to destroy the client later.
        let borrowed = Mutex<RDKafkaClient?>(client)
        spawnThread {
            Self.closeTaken(from: borrowed)
            done.open()
        }
        return done.wait(for: deadline)
    }

    private static func closeTaken(from borrowed: borrowing Mutex<RDKafkaClient?>) {
        guard let client = borrowed.withLock({ $0.take() }) else { return }
        rd_kafka_consumer_close(client.pointer)
    }

    private func accept(_ message: borrowing KafkaMessage) -> Bool {
        let number = Int(message.partition)
        guard number >= 0, number < partitions.count, partitions[number].isAssigned else { return false }
        guard message.offset >= partitions[number].floor else {
            regressions.add(1, ordering: .relaxed)
            return false
        }
        partitions[number].floor = message.offset + 1
        return true
    }

    private func failure(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> KafkaError {
        let code = message.pointee.err
        if code == RD_KAFKA_RESP_ERR__FATAL, let fatal = client.fatalError { return fatal }
        let text = rd_kafka_message_errstr(message).map { String(cString: $0) } ?? ""
        let place = message.pointee.rkt == nil ? topic : "\(topic)/\(message.pointee.partition)"
        return KafkaError(code, "topic \(place): \(text)")
    }

    func check(_ code: rd_kafka_resp_err_t, _ what: String) throws(KafkaError) {
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        throw KafkaError(code, "topic \(topic): \(what): \(String(cString: rd_kafka_err2str(code)))")
    }
}
