import CProducer
import CRDKafka

/// Publishes records: idempotent, acknowledged by all replicas, never giving one up, bounded in memory.
///
/// Any thread may call any method; reports are best drained by one. After a fatal error (librdkafka before 2.3.0 raises
/// them when brokers restart) nothing more can be published: ``abandon()`` it, drop it and make a new one.
public final class KafkaProducer: Sendable {
    /// What became of a call to produce.
    public enum Outcome: Sendable, Equatable {
        /// librdkafka has copied it; a report with its token will come.
        case queued
        /// The queue's limit is reached: drain reports, then try again. No report will come.
        case queueFull
        /// It was refused. No report will come.
        case refused(KafkaError)
    }

    private let client: RDKafkaClient

    /// Makes a producer; connects in the background and does not wait for a broker.
    ///
    /// - Parameters:
    ///   - configuration: brokers and options.
    ///   - log: takes librdkafka's lines.
    /// - Throws: ``KafkaError`` with ``KafkaError/isUsage`` for an option that cannot be.
    public init(
        configuration: KafkaConfiguration, log: @escaping KafkaLogHandler = { _ in }
    ) throws(KafkaError) {
        let settings = try configuration.settings(for: .producer, extra: [])
        settings.setProducerCallbacks()
        client = try settings.makeClient(RD_KAFKA_PRODUCER, context: RDKafkaContext(log: log))
    }

    /// The topic of that name, whether it exists or not.
    public func topic(_ name: String) throws(KafkaError) -> KafkaTopic { try KafkaTopic(name, of: client) }

    /// Hands one record over.
    ///
    /// Copies; never blocks.
    ///
    /// - Parameters:
    ///   - topic: from ``topic(_:)`` of this producer.
    ///   - partition: nil lets the key decide as Java clients do (`murmur2_random`); without a key any partition.
    ///   - key: the record's key.
    ///   - value: the record's value.
    ///   - headerName: the name of its only header.
    ///   - header: the value of its only header; nil is none.
    ///   - timestamp: ms since the epoch; nil is now.
    ///   - token: comes back in the delivery report.
    /// - Returns: whether it was taken.
    public func produce(
        to topic: KafkaTopic, partition: Int32? = nil, key: Span<UInt8>?, value: Span<UInt8>?,
        headerName: KafkaHeaderName = .tape, header: Span<UInt8>?, timestamp: Int64? = nil, token: UInt
    ) -> Outcome {
        var run = KafkaRecordRun()
        run.append(
            key: 0..<(key?.count ?? 0), value: 0..<(value?.count ?? 0), header: 0..<(header?.count ?? 0),
            timestamp: timestamp)
        return produce(
            run, to: topic, partition: partition, keys: key, values: value, headerName: headerName, headers: header,
            token: token
        ).outcome
    }

    /// Hands records over one behind the other, until one is not taken.
    ///
    /// Copies; never blocks.
    ///
    /// - Parameters:
    ///   - run: where the records' parts stand in the texts.
    ///   - topic: from ``topic(_:)`` of this producer.
    ///   - partition: as for a single record.
    ///   - keys: the text of the keys; nil: none has one.
    ///   - values: the text of the values; nil: none has one.
    ///   - headerName: the name of their only header.
    ///   - headers: the text of the headers' values; nil: none has one.
    ///   - token: of the first record; those of the others count up from it.
    /// - Returns: how many were taken, and what became of the last that was tried.
    public func produce(
        _ run: KafkaRecordRun, to topic: KafkaTopic, partition: Int32? = nil, keys: Span<UInt8>?,
        values: Span<UInt8>?, headerName: KafkaHeaderName = .tape, headers: Span<UInt8>?, token: UInt
    ) -> (taken: Int, outcome: Outcome) {
        var failure: Int32 = 0
        let taken = withBytes(of: keys) { keys in
            withBytes(of: values) { values in
                withBytes(of: headers) { headers in
                    headerName.characters.withUnsafeBufferPointer { name in
                        var texts = cproducer_texts(
                            keys: keys, values: values, headers: headers, header_name: name.baseAddress,
                            header_name_size: name.count - 1, partition: partition ?? RD_KAFKA_PARTITION_UA)
                        return run.records.withUnsafeBufferPointer {
                            cproducer_produce(
                                client.pointer, topic.pointer, &texts, $0.baseAddress, $0.count, token, &failure)
                        }
                    }
                }
            }
        }
        let code = rd_kafka_resp_err_t(failure)
        switch code {
        case RD_KAFKA_RESP_ERR_NO_ERROR: return (taken, .queued)
        case RD_KAFKA_RESP_ERR__QUEUE_FULL: return (taken, .queueFull)
        default: return (taken, .refused(refusal(code, topic: topic)))
        }
    }

    private func refusal(_ code: rd_kafka_resp_err_t, topic: KafkaTopic) -> KafkaError {
        if code == RD_KAFKA_RESP_ERR__FATAL, let fatal = client.fatalError { return fatal }
        return KafkaError(code, "topic \(topic.name): record not taken: \(String(cString: rd_kafka_err2str(code)))")
    }

    /// Takes what is known of records handed over, a broker's response at a time.
    ///
    /// - Parameters:
    ///   - reports: gets one report for each record, in the order of each partition.
    ///   - timeout: how long to wait for a first one; zero only looks.
    /// - Returns: errors that concern no single record, such as brokers that are away; they need no action unless fatal.
    @discardableResult
    public func drain(into reports: inout [KafkaDeliveryReport], timeout: Duration = .zero) -> [KafkaError] {
        let wait = timeout == .zero ? 0 : timeout.milliseconds
        return client.context.poll(into: &reports) { rd_kafka_poll(client.pointer, wait) }.map { code, text in
            if code == RD_KAFKA_RESP_ERR__FATAL, let fatal = client.fatalError { return fatal }
            return KafkaError(code, text)
        }
    }

    /// The error after which this producer is useless, if there is one.
    public var fatalError: KafkaError? { client.fatalError }

    /// Records whose report has not been drained.
    public var outstanding: Int { Int(rd_kafka_outq_len(client.pointer)) }

    /// Waits until every record has its report, or until the time is over.
    ///
    /// - Parameters:
    ///   - reports: gets what is known by then.
    ///   - deadline: how long to wait at most.
    /// - Returns: whether nothing is outstanding.
    public func flush(into reports: inout [KafkaDeliveryReport], within deadline: Duration) -> Bool {
        let end = ContinuousClock.now + deadline
        while outstanding > 0 {
            let left = end - .now
            guard left > .zero, fatalError == nil else { return false }
            drain(into: &reports, timeout: min(left, .milliseconds(100)))
        }
        return true
    }

    /// Gives up what is outstanding, so that the producer can be dropped; what was under way is reported as possible.
    ///
    /// - Parameter reports: gets a report for each record that had none; acknowledgements that were waiting come first.
    public func abandon(into reports: inout [KafkaDeliveryReport]) {
        drain(into: &reports)
        rd_kafka_purge(client.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        // The purge is done by librdkafka's threads; a bound only for the case that one of them hangs.
        for _ in 0..<50 where outstanding > 0 { drain(into: &reports, timeout: .milliseconds(100)) }
    }

    /// Makes this producer fail as brokers make it fail; for tests of what comes after.
    package func injectFatalError() {
        rd_kafka_test_fatal_error(client.pointer, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "injected by a test")
    }
}

/// Where a span's bytes are, null where there is no span; an empty span has an address, or it would read as none.
private func withBytes<R>(of span: Span<UInt8>?, _ body: (UnsafePointer<UInt8>?) -> R) -> R {
    guard let span else { return body(nil) }
    return span.withUnsafeBufferPointer { bytes in
        if let start = bytes.baseAddress { return body(start) }
        return withUnsafePointer(to: 0) { body($0) }
    }
}
