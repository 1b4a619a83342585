import Kafka

/// Takes records and tells later what became of them; Kafka, or a test's double.
protocol RecordSink: AnyObject {
    /// Hands records over one behind the other until one is not taken; copies, never blocks.
    ///
    /// - Parameters:
    ///   - run: where their parts stand.
    ///   - partition: nil lets the key decide.
    ///   - keys: the text of the keys; nil: none has one.
    ///   - values: the text of the values.
    ///   - headers: the text of the headers' values; nil: none has one.
    ///   - token: of the first record; those of the others count up from it.
    /// - Returns: how many were taken, and what became of the last that was tried.
    func produce(
        _ run: KafkaRecordRun, partition: Int32?, keys: Span<UInt8>?, values: Span<UInt8>, headers: Span<UInt8>?,
        token: UInt
    ) -> (taken: Int, outcome: KafkaProducer.Outcome)
    /// Adds what is known of records handed over; waits so long for a first report.
    func drain(into reports: inout [KafkaDeliveryReport], timeout: Duration) -> [KafkaError]
    /// Why this sink takes nothing any more, until it is restarted.
    var fatalError: KafkaError? { get }
    /// Gives up what is outstanding and starts afresh; reports of what was given up come first.
    func restart(into reports: inout [KafkaDeliveryReport]) throws(KafkaError)
}
