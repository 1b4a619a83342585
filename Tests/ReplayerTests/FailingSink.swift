import Kafka
import Tape

@testable import Replayer

/// Lets a real producer die after so many records.
final class FailingSink: RecordSink {
    private let inner: KafkaSink
    private let deaths: Set<Int>
    private var handed = 0

    init(_ inner: KafkaSink, at deaths: Set<Int>) throws {
        self.inner = inner
        self.deaths = deaths
    }

    func produce(
        _ run: KafkaRecordRun, partition: Int32?, keys: Span<UInt8>?, values: Span<UInt8>, headers: Span<UInt8>?,
        token: UInt
    ) -> (taken: Int, outcome: KafkaProducer.Outcome) {
        let (taken, outcome) = inner.produce(
            run, partition: partition, keys: keys, values: values, headers: headers, token: token)
        let before = handed
        handed += taken
        if deaths.contains(where: { before < $0 && $0 <= handed }) { inner.injectFatalError() }
        return (taken, outcome)
    }

    func drain(into reports: inout [KafkaDeliveryReport], timeout: Duration) -> [KafkaError] {
        inner.drain(into: &reports, timeout: timeout)
    }

    var fatalError: KafkaError? { inner.fatalError }

    func restart(into reports: inout [KafkaDeliveryReport]) throws(KafkaError) { try inner.restart(into: &reports) }
}

func tapeReader(_ path: String) throws -> TapeReader { try TapeReader(paths: [path]) }
