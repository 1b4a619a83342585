import Diagnostics
import Forecast
import Foundation
import JSONText
import Kafka
import Mongo
import Synchronization

/// One member of the pipeline: Kafka to forecast to MongoDB, until it is told to stop or its end condition holds.
///
/// ``run()`` blocks the calling thread, which becomes the poll thread, and uses three threads of its own. Everything
/// else may be called from any thread.
public final class PipelineRun: Sendable {
    private let configuration: PipelineConfiguration
    private let log: Log
    private let exchange = Exchange()
    private let isStopping = Atomic<Bool>(false)
    private let failPointText: String?
    private let ready: @Sendable () -> Void

    /// Makes a run; nothing is connected yet.
    ///
    /// - Parameters:
    ///   - configuration: what to read, write and promise.
    ///   - log: where events are told.
    ///   - environment: read for `TAPEDECK_FAILPOINT` only.
    ///   - ready: told, once, that both servers have answered.
    public init(
        configuration: PipelineConfiguration, log: Log,
        environment: [String: String] = ProcessInfo.processInfo.environment, ready: @escaping @Sendable () -> Void = {}
    ) {
        self.configuration = configuration
        self.log = log
        failPointText = environment[FailPoints.variable]
        self.ready = ready
    }

    /// Asks for a clean end: what was handled is flushed and checkpointed, within the drain budget.
    ///
    /// Safe from any thread, but not from within a signal handler.
    public func requestStop() {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        exchange.wake()
    }

    /// How long the most silent of the run's threads has not come round.
    ///
    /// Waits are bounded to seconds and retries count, so that a minute means a thread that hangs.
    public var silence: Duration { exchange.liveness.silence }

    /// Runs.
    ///
    /// - Returns: what was acknowledged and checkpointed.
    /// - Throws: ``PipelineError``, whose kind decides the exit code.
    public func run() throws(PipelineError) -> PipelineSummary {
        try configuration.validate()
        let failPoints = try FailPoints(parsing: failPointText)
        log.say(
            .info, "start",
            [
                "topic": .string(configuration.topic), "group": .string(configuration.group),
                "model": .string(configuration.model), "librdkafka": .string(KafkaLibrary.version),
                "libmongoc": .string(MongoPool.libraryVersion),
            ])
        let (cluster, partitions) = try cluster()
        let store = try store()
        let source = KafkaSource(try consumer())
        ready()
        let member = PipelineMember<OLSForecaster>(
            configuration: configuration, cluster: cluster, partitions: partitions, store: store, source: source,
            forecaster: configuration.forecast, failPoints: failPoints, exchange: exchange, log: log,
            isStopRequested: { [self] in isStopping.load(ordering: .sequentiallyConsistent) })
        return try member.run()
    }

    private func consumer() throws(PipelineError) -> KafkaConsumer {
        let log = log
        do throws(KafkaError) {
            return try KafkaConsumer(
                configuration: configuration.kafka, topic: configuration.topic, group: configuration.group,
                sessionTimeout: configuration.sessionTimeout
            ) { line in
                let level: LogLevel = line.level <= .warning ? .warning : .debug
                log.say(
                    level, "librdkafka",
                    ["facility": .string(line.facility), "text": .string(Redaction.urls(in: line.text))])
            }
        } catch {
            throw PipelineError(error.isUsage ? .usage : .source, error.description)
        }
    }

    /// The cluster's id and the topic's partition count; a missing topic counts as no contact.
    private func cluster() throws(PipelineError) -> (id: String, partitions: Int32) {
        let end = ContinuousClock.now + configuration.contactTimeout
        do throws(KafkaError) {
            let admin = try KafkaAdmin(configuration: configuration.kafka)
            while true {
                let left = max(.milliseconds(100), end - .now)
                if let partitions = try admin.partitions(of: configuration.topic, within: left), partitions > 0 {
                    let id = try admin.clusterID(within: max(.milliseconds(100), end - .now))
                    return (id, Int32(partitions))
                }
                guard ContinuousClock.now + .milliseconds(200) < end,
                    exchange.sleep(.milliseconds(200), .poll, unless: { isStopping.load(ordering: .relaxed) })
                else { break }
            }
        } catch {
            throw PipelineError(error.isUsage ? .usage : .source, error.description)
        }
        throw PipelineError(
            .source,
            "topic \(configuration.topic) does not exist at \(configuration.kafka.brokers): create it, or start "
                + "`tapedeck replay` first")
    }

    /// Collections, validators and indexes, before anything is consumed.
    private func store() throws(PipelineError) -> MongoStore {
        let store: MongoStore
        do throws(MongoError) {
            var mongo = configuration.mongo
            mongo.selectionTimeout = min(mongo.selectionTimeout, configuration.contactTimeout)
            let first = try MongoPool(mongo)
            try first.ping()
            store = MongoStore(pool: try MongoPool(configuration.mongo))
        } catch {
            throw PipelineError(error.kind == .configuration ? .usage : .store, error.description)
        }
        do throws(StoreFault) {
            try StorePatience.standard(.poll, limit: configuration.contactTimeout, exchange: exchange) { _, _ in }
                .repeating { () throws(StoreFault) in try store.prepare() }
        } catch {
            throw PipelineError(error)
        }
        return store
    }
}
