import Kafka

/// Takes records and tells later what became of them; Kafka, or a test's double.
protocol RecordSink: AnyObject {
    /// Hands one record over; copies, never blocks; the timestamp is ms since the epoch, nil is now.
    func produce(
        partition: Int32?, key: Span<UInt8>?, value: Span<UInt8>, header: Span<UInt8>?, timestamp: Int64?, token: UInt
    ) -> KafkaProducer.Outcome
    /// Adds what is known of records handed over; waits so long for a first report.
    func drain(into reports: inout [KafkaDeliveryReport], timeout: Duration) -> [KafkaError]
    /// Why this sink takes nothing any more, until it is restarted.
    var fatalError: KafkaError? { get }
    /// Gives up what is outstanding and starts afresh; reports of what was given up come first.
    func restart(into reports: inout [KafkaDeliveryReport]) throws(KafkaError)
}
