import CRDKafka
import Foundation

/// Asks a cluster about itself and makes topics.
///
/// All calls block: use them on a thread of your own.
public final class KafkaAdmin: Sendable {
    let client: RDKafkaClient
    private let brokers: String
    private let main: RDKafkaQueue

    /// Makes an admin client; connects in the background.
    ///
    /// - Parameters:
    ///   - configuration: brokers and options.
    ///
    ///   - log: takes librdkafka's lines.
    /// - Throws: ``KafkaError`` with ``KafkaError/isUsage`` for an option that cannot be.
    public init(
        configuration: KafkaConfiguration, log: @escaping KafkaLogHandler = { _ in }
    ) throws(KafkaError) {
        let settings = try configuration.settings(for: .admin, extra: [])
        settings.enable(events: RD_KAFKA_EVENT_ERROR)
        client = try settings.makeClient(RD_KAFKA_PRODUCER, context: RDKafkaContext(log: log))
        main = RDKafkaQueue(mainOf: client)
        brokers = configuration.brokers
    }

    /// Waits for a broker that answers.
    ///
    /// - Parameter deadline: how long at most.
    /// - Throws: ``KafkaError`` naming the brokers, with the cause that librdkafka last met.
    public func reachable(within deadline: Duration) throws(KafkaError) { _ = try metadata(within: deadline) }

    /// How many partitions a topic has; nil: there is no such topic.
    ///
    /// Never makes a topic, which asking for one by name does on brokers that allow it.
    public func partitions(of topic: String, within deadline: Duration) throws(KafkaError) -> Int? {
        try metadata(within: deadline).first { $0.name == topic }?.partitions
    }

    /// The topics there are, with their partitions, sorted by name.
    public func topics(within deadline: Duration) throws(KafkaError) -> [(name: String, partitions: Int)] {
        try metadata(within: deadline)
    }

    /// The cluster's id; a mock cluster's differs at each start.
    public func clusterID(within deadline: Duration) throws(KafkaError) -> String {
        guard let id = rd_kafka_clusterid(client.pointer, deadline.milliseconds) else {
            throw unreachable(RD_KAFKA_RESP_ERR__TIMED_OUT)
        }
        defer { rd_kafka_mem_free(client.pointer, id) }
        return String(cString: id)
    }

    /// Makes a topic if it is missing; returns once its partitions have leaders.
    ///
    /// - Parameters:
    ///   - name: the topic's name.
    ///
    ///   - partitions: how many it gets.
    ///   - deadline: how long at most.
    /// - Returns: how many partitions it has, which differs from what was asked for if it existed before.
    /// - Throws: ``KafkaError``; on a mock cluster also when it would give another number of partitions.
    @discardableResult
    public func createTopic(
        _ name: String, partitions: Int, within deadline: Duration
    ) throws(KafkaError) -> Int {
        let end = ContinuousClock.now + deadline
        if let existing = try self.partitions(of: name, within: deadline) { return existing }
        if try clusterID(within: end - .now).hasPrefix(EmbeddedBroker.clusterIDPrefix) {
            return try touchMockTopic(name, partitions: partitions, within: end - .now)
        }
        try requestTopic(name, partitions: partitions, within: end - .now)
        while true {  // the controller knows it at once, the brokers a little later
            if let made = try self.partitions(of: name, within: end - .now) { return made }
            guard ContinuousClock.now < end else {
                throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, "topic \(name) was created but has no leader yet")
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
    }

    private func requestTopic(_ name: String, partitions: Int, within deadline: Duration) throws(KafkaError) {
        let (topic, reason) = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { reason in
            (
                // -1: the broker's own default of replicas
                rd_kafka_NewTopic_new(name, Int32(clamping: partitions), -1, reason.baseAddress, reason.count),
                reason.baseAddress.map { String(cString: $0) } ?? ""
            )
        }
        guard let topic else { throw .usage("topic \(name) with \(partitions) partitions: \(reason)") }
        defer { rd_kafka_NewTopic_destroy(topic) }
        let options = rd_kafka_AdminOptions_new(client.pointer, RD_KAFKA_ADMIN_OP_CREATETOPICS)
        defer { rd_kafka_AdminOptions_destroy(options) }
        let wait = max(1, deadline.milliseconds)
        rd_kafka_AdminOptions_set_request_timeout(options, wait, nil, 0)
        rd_kafka_AdminOptions_set_operation_timeout(options, wait, nil, 0)
        let queue = RDKafkaQueue(newFor: client)
        var topics: [OpaquePointer?] = [topic]
        rd_kafka_CreateTopics(client.pointer, &topics, 1, options, queue.pointer)
        guard let event = rd_kafka_queue_poll(queue.pointer, wait + 1000) else {
            throw unreachable(RD_KAFKA_RESP_ERR__TIMED_OUT)
        }
        defer { rd_kafka_event_destroy(event) }
        let code = rd_kafka_event_error(event)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let text = rd_kafka_event_error_string(event).map { String(cString: $0) } ?? ""
            throw KafkaError(code, "creating topic \(name): \(text)")
        }
        var count = 0
        let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
        guard count > 0, let result = results?[0] else { return }
        let outcome = rd_kafka_topic_result_error(result)
        guard outcome == RD_KAFKA_RESP_ERR_NO_ERROR || outcome == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS else {
            let text = rd_kafka_topic_result_error_string(result).map { String(cString: $0) } ?? ""
            throw KafkaError(outcome, "creating topic \(name): \(text)")
        }
    }

    /// A mock cluster has no controller (CreateTopics only times out), but makes a topic that is asked for by name.
    private func touchMockTopic(
        _ name: String, partitions: Int, within deadline: Duration
    ) throws(KafkaError) -> Int {
        guard partitions == EmbeddedBroker.automaticPartitions else {
            throw KafkaError(
                RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE,
                "topic \(name): the embedded broker makes missing topics with \(EmbeddedBroker.automaticPartitions)"
                    + " partitions only; start it with --topic \(name):\(partitions)")
        }
        let topic = try KafkaTopic(name, of: client)
        return try metadata(of: topic, within: deadline).first { $0.name == name }?.partitions ?? 0
    }

    private func metadata(
        of topic: KafkaTopic? = nil, within deadline: Duration
    ) throws(KafkaError) -> [(name: String, partitions: Int)] {
        var answer: UnsafePointer<rd_kafka_metadata>?
        let code = rd_kafka_metadata(
            client.pointer, topic == nil ? 1 : 0, topic?.pointer, &answer, max(1, deadline.milliseconds))
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let answer else { throw unreachable(code) }
        defer { rd_kafka_metadata_destroy(answer) }
        let topics = (0..<Int(answer.pointee.topic_cnt)).compactMap { index -> (name: String, partitions: Int)? in
            let topic = answer.pointee.topics[index]
            guard topic.err == RD_KAFKA_RESP_ERR_NO_ERROR, let name = topic.topic else { return nil }
            return (String(cString: name), Int(topic.partition_cnt))
        }
        return topics.sorted { $0.name < $1.name }
    }

    /// A call that got no answer does not say why; librdkafka's last error about a connection does.
    private func unreachable(_ code: rd_kafka_resp_err_t) -> KafkaError {
        var cause: KafkaError?
        while let event = rd_kafka_queue_poll(main.pointer, 0) {
            let code = rd_kafka_event_error(event)
            if rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR, code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN {
                let text = rd_kafka_event_error_string(event).map { String(cString: $0) } ?? ""
                cause = KafkaError(code, "brokers \(brokers): \(text)")
            }
            rd_kafka_event_destroy(event)
        }
        return cause ?? KafkaError(code, "brokers \(brokers): no answer: \(String(cString: rd_kafka_err2str(code)))")
    }
}
