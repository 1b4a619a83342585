import Diagnostics
import Kafka
import Tape

/// The replayer's Kafka sink for whoever has lines already and wants no pacing: `record --publish`.
///
/// One thread uses it. Order, idempotence, restarts after fatal errors and the watermark are those of a replay.
package final class PublishingPort {
    /// How far a stream is in Kafka: every line up to this one is acknowledged.
    package struct Watermark: Sendable, Equatable {
        /// The stream's id.
        package var stream: String
        /// Sequence number of the last line.
        package var sequence: Int64

        /// Names a place in a stream.
        package init(stream: String, sequence: Int64) {
            self.stream = stream
            self.sequence = sequence
        }
    }

    private let engine: ReplayEngine
    private var preparer: FramePreparer

    /// Makes a producer; connects in the background.
    ///
    /// - Parameters:
    ///   - kafka: how to reach Kafka.
    ///   - topic: the topic to publish to.
    ///   - form: what becomes a record.
    ///   - log: warnings when the broker is silent.
    ///   - givesUp: whether calls that wait for the broker are to return.
    ///   - onTick: called about ten times a second while a call waits.
    /// - Throws: `KafkaError` for an option that cannot be.
    package convenience init(
        kafka: KafkaConfiguration, topic: String, form: RecordForm, log: Log, givesUp: @escaping () -> Bool,
        onTick: @escaping (PublishingPort) -> Void
    ) throws(KafkaError) {
        let sink = try KafkaSink(configuration: kafka, topic: topic) { line in
            log.say(.debug, "librdkafka", ["facility": .string(line.facility), "text": .string(line.text)])
        }
        self.init(
            sink: sink, form: form, time: SystemTimeSource(), log: log, place: "topic \(topic) on \(kafka.brokers)",
            givesUp: givesUp, onTick: onTick)
    }

    /// Publishes into any sink; for tests.
    init(
        sink: any RecordSink, form: RecordForm, time: any ReplayTimeSource, log: Log, place: String,
        givesUp: @escaping () -> Bool, onTick: @escaping (PublishingPort) -> Void
    ) {
        preparer = FramePreparer(form: form, wanted: nil)
        engine = ReplayEngine(
            settings: EngineSettings(speed: .maximum, form: form), sink: sink, time: time, log: log, place: place,
            givesUp: givesUp)
        engine.onTick = { [weak self] _ in if let self { onTick(self) } }
    }

    /// Hands a batch's records over; waits while the queue is full.
    ///
    /// - Throws: ``ReplayError`` when the broker refuses a record for good or producers keep failing.
    package func publish(_ batch: TapeBatch) throws(ReplayError) {
        _ = try engine.play(preparer.prepare(batch))
    }

    /// Takes acknowledgements in; to be called now and then while there is nothing to publish.
    package func attend() throws(ReplayError) { try engine.houseKeep() }

    /// Waits until everything is acknowledged.
    ///
    /// - Returns: false if told to give up first.
    package func flush() throws(ReplayError) -> Bool { try engine.flush() }

    /// Records handed over or about to be, and not acknowledged.
    package var outstanding: Int { engine.outbox.flight.count }
    /// Records acknowledged.
    package var acknowledged: Int { engine.outbox.delivery.acknowledged }
    /// Frames and trades that could not be decoded, and so were not published.
    package var rejected: Int { engine.counts.rejectedFrames + engine.counts.rejectedTrades }

    /// How far everything is acknowledged; nil before the first line.
    package var watermark: Watermark? {
        if let (leaf, record) = engine.outbox.flight.oldest {
            let batch = leaf.prepared.batch
            return Watermark(stream: batch.header.stream, sequence: batch.lines[Int(record.line)].sequence - 1)
        }
        // Told to give up in the middle of a line, the engine has not counted it.
        return engine.streams.last.map { Watermark(stream: $0.stream, sequence: $0.sequence) }
    }

    /// Makes the producer fail as brokers make it fail; for tests.
    package func injectFatalError() { (engine.sink as? KafkaSink)?.injectFatalError() }
}
