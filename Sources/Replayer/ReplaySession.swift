import Diagnostics
import JSONText
import Kafka
import Synchronization
import Tape

/// Publishes tapes to Kafka.
///
/// ``run()`` blocks its thread, which is the one that waits for deadlines: give it one of its own. ``stop()`` may come
/// from any other.
public final class ReplaySession: Sendable {
    private let configuration: ReplayConfiguration
    private let log: Log
    private let time: any ReplayTimeSource
    private let progress: @Sendable (ReplayProgress) -> Void
    private let isStopRequested = Atomic<Bool>(false)

    /// Makes a session; nothing is opened or connected yet.
    ///
    /// - Parameters:
    ///   - configuration: what to replay.
    ///   - log: warnings, and librdkafka's lines at level debug.
    ///   - time: where time comes from.
    ///   - progress: called about ten times a second on the thread of ``run()``; must be quick.
    public init(
        configuration: ReplayConfiguration, log: Log = .silent, time: any ReplayTimeSource = SystemTimeSource(),
        progress: @escaping @Sendable (ReplayProgress) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.log = log
        self.time = time
        self.progress = progress
    }

    /// Ends the play at the next record, then waits for acknowledgements; ``run()`` returns its report.
    ///
    /// Any thread, not from a signal handler.
    public func stop() {
        isStopRequested.store(true, ordering: .sequentiallyConsistent)
        time.wake()
    }

    /// Plays the tapes to their end.
    ///
    /// - Returns: what was done; ``ReplayReport/hasLoss`` tells whether all of it arrived.
    /// - Throws: ``ReplayError``.
    public func run() throws(ReplayError) -> ReplayReport {
        let reader = try openTapes()
        let partitions = try prepareTopic()
        let sink: KafkaSink
        do throws(KafkaError) {
            sink = try KafkaSink(configuration: configuration.kafka, topic: configuration.topic, log: kafkaLog)
        } catch {
            throw .kafka(error)
        }
        return try play(reader, into: sink, partitions: partitions)
    }

    /// Plays a source into a sink; what ``run()`` does once both are there.
    func play(
        _ source: any TapeSource, into sink: any RecordSink, partitions: Int
    ) throws(ReplayError) -> ReplayReport {
        let engine = ReplayEngine(
            speed: configuration.speed, symbols: configuration.symbols, sink: sink, time: time, log: log,
            place: "topic \(configuration.topic) on \(configuration.kafka.brokers)",
            givesUp: { self.isStopRequested.load(ordering: .relaxed) })
        var meter = ProgressMeter(source: source)
        engine.onTick = { [progress] engine in progress(meter.measure(engine)) }
        var starved: Int64 = 0
        while !engine.givesUp() {
            let asked = time.now()
            guard let batch = try Self.next(of: source) else { break }
            starved += engine.starvedTime(since: asked, by: batch)
            try engine.play(batch)
        }
        let wasStopped = engine.givesUp()
        allowFlush(engine)
        var isComplete = try engine.flush()
        if isComplete, !wasStopped, configuration.endMarker {
            isComplete = try engine.sendEndMarkers(partitions: partitions)
        }
        progress(meter.measure(engine, isAtEnd: !wasStopped))
        return engine.report(
            outcome: wasStopped || !isComplete ? .stopped : .done, configuration: configuration, starved: starved)
    }

    /// From now on a stop ends the engine only after a while, so that what was handed over can be acknowledged.
    private func allowFlush(_ engine: ReplayEngine) {
        let patience = Int64(configuration.stopTimeout.components.seconds) * 1_000_000_000
        var deadline: Int64?
        engine.givesUp = { [self] in
            guard isStopRequested.load(ordering: .relaxed) else { return false }
            let now = time.now()
            let end = deadline ?? now + patience
            deadline = end
            return now >= end
        }
    }

    private static func next(of source: any TapeSource) throws(ReplayError) -> TapeBatch? {
        do throws(TapeError) { return try source.next() } catch { throw .tape(error) }
    }

    private func openTapes() throws(ReplayError) -> TapeReader {
        do throws(TapeError) {
            var settings = configuration.reader
            let reader = try TapeReader(paths: configuration.tapes, configuration: settings)
            guard configuration.start != nil || configuration.end != nil else { return reader }
            let origin = reader.streams.map(\.receive).min() ?? 0
            let low = configuration.start?.resolved(from: origin) ?? Int64.min
            let high = configuration.end?.resolved(from: origin) ?? Int64.max
            settings.window.receives = low..<max(low, high)
            return try TapeReader(paths: configuration.tapes, configuration: settings)
        } catch {
            throw .tape(error)
        }
    }

    /// Finds the topic, or makes it; tells how many partitions it has.
    private func prepareTopic() throws(ReplayError) -> Int {
        do throws(KafkaError) {
            let admin = try KafkaAdmin(configuration: configuration.kafka, log: kafkaLog)
            let timeout = configuration.contactTimeout
            if let found = try admin.partitions(of: configuration.topic, within: timeout) { return found }
            if let wanted = configuration.partitions {
                return try admin.createTopic(configuration.topic, partitions: wanted, within: timeout)
            }
        } catch {
            throw .kafka(error)
        }
        throw .missingTopic(configuration.topic, brokers: configuration.kafka.brokers)
    }

    private var kafkaLog: KafkaLogHandler {
        { [log] line in
            log.say(.debug, "librdkafka", ["facility": .string(line.facility), "text": .string(line.text)])
        }
    }
}
