import Diagnostics
import Foundation
import JSONText
import Synchronization

/// Joins source, store and forecast to one running member.
struct PipelineMember<Forecaster: SymbolForecaster>: Sendable {
    let configuration: PipelineConfiguration
    let cluster: String
    let partitions: Int32
    let store: any PipelineStore
    let source: any RecordSource
    let forecaster: Forecaster.Settings
    let failPoints: FailPoints
    let exchange: Exchange
    let log: Log
    let isStopRequested: @Sendable () -> Bool

    /// ms since the epoch: for `at`, never for a decision.
    private static var now: @Sendable () -> Int64 { { Int64(Date().timeIntervalSince1970 * 1000) } }

    /// Runs on the calling thread, which becomes the poll thread.
    func run() throws(PipelineError) -> PipelineSummary {
        try refuseForeignModel()
        let totals = Totals()
        let model = configuration.model
        let compute = WorkerThread("compute") { [self] in computeLoop(totals, model).run() }
        let flusher = WorkerThread("flusher") { [self] in
            FlushLoop(
                exchange: exchange,
                flush: BatchFlush(session: session(totals, .flusher), failPoints: failPoints, now: Self.now)
            ) { tally, items in totals.wrote(tally, items) }.run()
        }
        let viewer = WorkerThread("live view") { [self] in
            LiveView(store: store, model: model, totals: totals, exchange: exchange, log: log, now: Self.now).run()
        }
        let poll = pollLoop(totals)
        var failure: PipelineError?
        do throws(PipelineError) {
            try poll.run()
        } catch {
            failure = error
        }
        exchange.finish()
        exchange.giveUp()
        for thread in [compute, flusher, viewer] where !thread.join(within: .seconds(5)) {
            log.say(.warning, "thread-late", [:])
        }
        if !source.close(within: configuration.drainBudget) {
            log.say(.warning, "close-late", ["topic": .string(configuration.topic)])
            // librdkafka 2.0.2 can hang here, and freeing it would too: leave it to the process's end.
            _ = Unmanaged.passRetained(source as AnyObject)
        }
        if let failure { throw failure }
        var summary = totals.summary
        summary.goneBeforeStart = poll.goneBeforeStart
        summary.lostRecords = poll.lostRecords
        summary.claims = poll.claims
        summary.offsetRegressions = source.regressions
        if let note = summary.onlyDuplicates { log.say(.warning, "only-duplicates", ["message": .string(note)]) }
        log.say(.info, "end", ["records": JSONValue(summary.records), "trades": JSONValue(summary.trades)])
        return summary
    }

    /// One `m` has one history per database.
    private func refuseForeignModel() throws(PipelineError) {
        let (group, model) = (configuration.group, configuration.model)
        let other: String?
        do throws(StoreFault) {
            other = try StorePatience.standard(.poll, limit: configuration.contactTimeout, exchange: exchange) { _, _ in
            }
            .repeating { () throws(StoreFault) in try store.otherGroup(than: group, model: model) }
        } catch {
            throw PipelineError(error)
        }
        if let other {
            throw PipelineError(
                .mismatch,
                "group \(other) writes predictions of \(model) in this database already: use --group \(other), other "
                    + "forecast options, or another --database")
        }
    }

    private func session(_ totals: Totals, _ worker: Liveness.Worker) -> StoreSession {
        let limit = configuration.storeTimeout ?? (configuration.isBatch ? .seconds(60) : nil)
        return StoreSession(
            store: store,
            patience: .standard(worker, limit: limit, exchange: exchange) { kind, message in
                totals.retried()
                log.say(.warning, "store-retry", ["class": .string(kind), "error": .string(message)])
            })
    }

    private func computeLoop(_ totals: Totals, _ model: String) -> ComputeLoop<Forecaster> {
        let configuration = configuration
        let forecaster = forecaster
        return ComputeLoop(
            exchange: exchange, store: session(totals, .compute), partitions: partitions,
            limits: .init(
                batchRecords: configuration.batchRecords, batchBytes: configuration.batchBytes,
                checkpointInterval: configuration.checkpointInterval,
                checkpointRecords: configuration.checkpointRecords, quota: configuration.stopAfter,
                marker: configuration.untilMarker),
            telling: .init(
                now: Self.now, checkpointed: { totals.checkpointed($0) },
                ended: { engine in totals.ended(engine.states.map { ($0.symbol, $0.forecaster.tally) }) },
                anchorGone: { [log] partition in
                    log.say(
                        .warning, "anchor-gone",
                        ["topic": .string(configuration.topic), "partition": .int(Int64(partition))])
                },
                news: { engine, indices in
                    for index in indices {
                        let state = engine.states[index]
                        if let latest = state.forecaster.latest {
                            totals.show(state.symbol, latest, offset: state.offset)
                        }
                    }
                })
        ) { partition in
            EngineSettings(
                topic: configuration.topic, partition: partition,
                checkpoint: CheckpointDocument.identifier(
                    group: configuration.group, topic: configuration.topic, partition: partition),
                model: model, horizon: configuration.forecast.horizon.token, level: configuration.forecast.level,
                version: configuration.version, forecaster: forecaster)
        }
    }

    private func pollLoop(_ totals: Totals) -> PollLoop {
        let start: PartitionClaim.Start =
            switch configuration.from {
            case .earliest: .earliest
            case .latest: .latest
            case .offset(let offset): .offset(offset)
            }
        var limit = configuration.claimBudget
        if let timeout = configuration.storeTimeout { limit = min(limit, timeout) }
        let isStopRequested = isStopRequested
        var patience = StorePatience.standard(.poll, limit: limit, exchange: exchange) { kind, message in
            totals.retried()
            log.say(.warning, "store-retry", ["class": .string(kind), "error": .string(message)])
        }
        patience.sleep = { [exchange] in exchange.sleep($0, .poll, unless: isStopRequested) }
        let source = source
        let claim = PartitionClaim(
            session: StoreSession(store: store, patience: patience), failPoints: failPoints,
            watermarks: { (partition) throws(PipelineError) in try source.watermarks(partition) }, now: Self.now,
            topic: configuration.topic, group: configuration.group, cluster: cluster, partitions: partitions,
            model: configuration.model, owner: Self.owner(), start: start,
            skipsDataLoss: configuration.onDataLoss == .skip)
        return PollLoop(
            source: source, exchange: exchange, claim: claim,
            limits: .init(
                queueBytes: max(1 << 20, min(configuration.memory / 4, 4 * configuration.batchBytes)),
                claimBudget: configuration.claimBudget, revokeBudget: configuration.revokeBudget,
                drainBudget: configuration.drainBudget, untilEnd: configuration.untilEnd,
                untilMarker: configuration.untilMarker, partitions: partitions, topic: configuration.topic,
                group: configuration.group,
                endsWhenLate: configuration.isBatch || configuration.storeTimeout != nil), log: log,
            isStopRequested: isStopRequested)
    }

    /// Names this member in checkpoints, for people only.
    private static func owner() -> String {
        "\(ProcessInfo.processInfo.hostName)|\(getpid())|\(UInt64.random(in: 0..<UInt64.max))"
    }
}

extension StorePatience {
    /// Real clock, real sleep that the exchange can interrupt, jitter from the system.
    static func standard(
        _ worker: Liveness.Worker, limit: Duration?, exchange: Exchange,
        note: @escaping @Sendable (String, String) -> Void
    ) -> StorePatience {
        StorePatience(
            limit: limit, now: { ContinuousClock.now }, random: { Double.random(in: 0..<1) },
            sleep: { exchange.sleep($0, worker) }, note: note)
    }
}
