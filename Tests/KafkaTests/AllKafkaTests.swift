import Kafka
import Testing

/// All suites of this target, one test at a time: each has a broker of its own.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct AllKafkaTests {}

/// Runs a test's body and expects every librdkafka handle that it made to be given back.
func expectingNoLeak(_ body: () throws -> Void) throws {
    let left = try LiveHandles.counting(body)
    #expect(left == 0, "handles that were not given back")
}

/// A short long poll: the mock answers a fetch late when only some partitions have records.
let quickFetches = ("fetch.wait.max.ms", "10")

/// Publishes text records to a partition and waits until all are acknowledged.
@discardableResult
func publish(
    _ values: [String], to topic: String, partition: Int32? = 0, key: String? = nil, header: String? = nil,
    timestamp: Int64? = nil, brokers: String
) throws -> [KafkaDeliveryReport] {
    let producer = try KafkaProducer(configuration: KafkaConfiguration(brokers: brokers))
    let topic = try producer.topic(topic)
    for (token, value) in values.enumerated() {
        let outcome = produce(
            producer, to: topic, partition: partition, key: key, value: value, header: header, timestamp: timestamp,
            token: UInt(token))
        try #require(outcome == .queued)
    }
    var reports: [KafkaDeliveryReport] = []
    try #require(producer.flush(into: &reports, within: .seconds(20)))
    return reports
}

func produce(
    _ producer: KafkaProducer, to topic: KafkaTopic, partition: Int32? = nil, key: String? = nil, value: String,
    header: String? = nil, timestamp: Int64? = nil, token: UInt = 0
) -> KafkaProducer.Outcome {
    let key = key.map { Array($0.utf8) }
    let header = header.map { Array($0.utf8) }
    let value = Array(value.utf8)
    return producer.produce(
        to: topic, partition: partition, key: key?.span, value: value.span, header: header?.span,
        timestamp: timestamp, token: token)
}

/// Reads partitions from given offsets to their ends and gives each record to `body`.
func readToEnd(
    _ consumer: KafkaConsumer, _ start: [(partition: Int32, offset: Int64)], _ body: (borrowing KafkaMessage) -> Void
) throws {
    try consumer.assign(start)
    var open = Set(start.map(\.partition))
    while !open.isEmpty {
        switch consumer.poll(timeout: .seconds(1)) {
        case .message(let message): body(message)
        case .endOfPartition(let partition, _): open.remove(partition)
        case .failure(let error): throw error
        case .rebalance: break
        case .nothing: break
        }
    }
}

extension String {
    init(utf8 bytes: [UInt8]?) { self = bytes.map { String(decoding: $0, as: UTF8.self) } ?? "nil" }
}
