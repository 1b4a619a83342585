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
        partition: Int32?, key: Span<UInt8>?, value: Span<UInt8>, header: Span<UInt8>?, timestamp: Int64?, token: UInt
    ) -> KafkaProducer.Outcome {
        let outcome = inner.produce(
            partition: partition, key: key, value: value, header: header, timestamp: timestamp, token: token)
        if outcome == .queued {
            handed += 1
            if deaths.contains(handed) { inner.injectFatalError() }
        }
        return outcome
    }

    func drain(into reports: inout [KafkaDeliveryReport], timeout: Duration) -> [KafkaError] {
        inner.drain(into: &reports, timeout: timeout)
    }

    var fatalError: KafkaError? { inner.fatalError }

    func restart(into reports: inout [KafkaDeliveryReport]) throws(KafkaError) { try inner.restart(into: &reports) }
}

func tapeReader(_ path: String) throws -> TapeReader { try TapeReader(paths: [path]) }
