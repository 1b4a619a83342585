import Kafka
import TradeModel

@testable import Replayer

/// A double that takes one record at a time.
protocol SingleRecordSink: RecordSink {
    func produce(
        partition: Int32?, key: Span<UInt8>?, value: Span<UInt8>, header: Span<UInt8>?, timestamp: Int64?, token: UInt
    ) -> KafkaProducer.Outcome
}

extension SingleRecordSink {
    func produce(
        _ run: KafkaRecordRun, partition: Int32?, keys: Span<UInt8>?, values: Span<UInt8>, headers: Span<UInt8>?,
        token: UInt
    ) -> (taken: Int, outcome: KafkaProducer.Outcome) {
        for index in 0..<run.count {
            let place = run[index]
            let outcome = produce(
                partition: partition, key: keys?.extracting(place.key), value: values.extracting(place.value),
                header: headers?.extracting(place.header), timestamp: place.timestamp, token: token + UInt(index))
            guard outcome == .queued else { return (index, outcome) }
        }
        return (run.count, .queued)
    }
}

/// A sink in memory: bounded, with acknowledgements that come late, and faults on demand.
final class SinkDouble: SingleRecordSink {
    struct Record {
        let partition: Int32?
        let key: String?
        let value: String
        let header: String?
        let token: UInt
        let moment: Int64
        let timestamp: Int64?

        var identity: RecordIdentity? {
            header.flatMap { try? RecordIdentity(parsing: Array($0.utf8).span) }
        }
    }

    private let time: any AdvancingTime
    private let capacity: Int
    /// How long a record stays in the queue, in ns.
    private let delay: Int64
    /// Dies when so many records were handed over, each time again counted from the start.
    private let deathsAt: Set<Int>
    private let refusesAt: Int?

    /// Everything that was handed over, in order.
    private(set) var handed: [Record] = []
    /// What the broker has stored, in order.
    private(set) var stored: [Record] = []
    private(set) var drains = 0
    /// Called after each record that was taken, with how many there were.
    var onHanded: (Int) -> Void = { _ in }
    private var queue: [Record] = []
    private(set) var fatalError: KafkaError?

    init(
        time: any AdvancingTime, capacity: Int = 1000, delay: Int64 = 0, deathsAt: Set<Int> = [], refusesAt: Int? = nil
    ) {
        self.time = time
        self.capacity = capacity
        self.delay = delay
        self.deathsAt = deathsAt
        self.refusesAt = refusesAt
    }

    func produce(
        partition: Int32?, key: Span<UInt8>?, value: Span<UInt8>, header: Span<UInt8>?, timestamp: Int64?, token: UInt
    ) -> KafkaProducer.Outcome {
        if let fatalError { return .refused(fatalError) }
        guard queue.count < capacity else { return .queueFull }
        if handed.count == refusesAt { return .refused(.stub("MSG_SIZE_TOO_LARGE", fatal: false)) }
        let record = Record(
            partition: partition, key: Self.text(key), value: Self.text(value) ?? "", header: Self.text(header),
            token: token, moment: time.now(), timestamp: timestamp)
        handed.append(record)
        queue.append(record)
        onHanded(handed.count)
        if deathsAt.contains(handed.count) { fatalError = .stub("OUT_OF_ORDER_SEQUENCE_NUMBER", fatal: true) }
        return .queued
    }

    func drain(into reports: inout [KafkaDeliveryReport], timeout: Duration) -> [KafkaError] {
        drains += 1
        if let first = queue.first, fatalError == nil, timeout > .zero, first.moment + delay > time.now() {
            let (seconds, attoseconds) = timeout.components
            time.advance(
                by: min(first.moment + delay - time.now(), seconds * 1_000_000_000 + attoseconds / 1_000_000_000))
        }
        while let first = queue.first, fatalError == nil, first.moment + delay <= time.now() {
            stored.append(queue.removeFirst())
            reports.append(KafkaDeliveryReport(token: first.token, persistence: .yes, code: 0))
        }
        return []
    }

    /// Of what was under way, the first half had arrived; of that, every other one nobody told us.
    func restart(into reports: inout [KafkaDeliveryReport]) throws(KafkaError) {
        fatalError = nil
        for (index, record) in queue.enumerated() {
            let arrived = index < queue.count / 2
            if arrived { stored.append(record) }
            if arrived, index % 2 == 0 {
                reports.append(KafkaDeliveryReport(token: record.token, persistence: .yes, code: 0))
            } else {
                reports.append(KafkaDeliveryReport(token: record.token, persistence: .possibly, code: -152))
            }
        }
        queue = []
    }

    private static func text(_ span: Span<UInt8>?) -> String? {
        guard let span else { return nil }
        return span.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}

/// A sink whose every life ends at once.
final class DyingSink: SingleRecordSink {
    private(set) var restarts = 0

    func produce(
        partition: Int32?, key: Span<UInt8>?, value: Span<UInt8>, header: Span<UInt8>?, timestamp: Int64?, token: UInt
    ) -> KafkaProducer.Outcome { .refused(.stub("INVALID_PRODUCER_EPOCH", fatal: true)) }

    func drain(into reports: inout [KafkaDeliveryReport], timeout: Duration) -> [KafkaError] { [] }

    var fatalError: KafkaError? { .stub("INVALID_PRODUCER_EPOCH", fatal: true) }

    func restart(into reports: inout [KafkaDeliveryReport]) throws(KafkaError) { restarts += 1 }
}

extension KafkaError {
    static func stub(_ name: String, fatal: Bool) -> KafkaError {
        KafkaError(code: name == "MSG_SIZE_TOO_LARGE" ? 10 : 45, "stub: \(name)", isFatal: fatal)
    }
}

/// A test's time that a sink can move while it is waited for.
protocol AdvancingTime: ReplayTimeSource {
    func advance(by nanoseconds: Int64)
}

extension ManualTime: AdvancingTime {}
extension ScriptedTime: AdvancingTime {}
