/// The compute thread: takes records in order, drives the engines, closes batches and checkpoints.
///
/// Used by one thread only; it meets the others in ``Exchange``.
final class ComputeLoop<Forecaster: SymbolForecaster> {
    /// One partition in force; a class, so that its engine is changed in place.
    private final class Owned {
        var engine: PartitionEngine<Forecaster>
        var context: ClaimContext
        /// Closed batches, each with its checkpoint, that the flusher has not taken yet.
        var closed: [Batch] = []
        /// A batch of it is being flushed.
        var isFlushing = false
        /// When the first record came that no queued checkpoint covers.
        var uncoveredSince: ContinuousClock.Instant?
        var isLeaving = false
        /// Records of this claim that an acknowledged checkpoint covers.
        var confirmed = 0

        init(_ engine: PartitionEngine<Forecaster>, _ context: ClaimContext) {
            self.engine = engine
            self.context = context
        }
    }

    private let exchange: Exchange
    private let store: StoreSession
    private let settings: @Sendable (Int32) -> EngineSettings<Forecaster>
    private let limits: Limits
    private let telling: Telling
    private var reader: RecordReader
    private var owned: [Int32: Owned] = [:]
    /// Partitions of each `leave` that is not done.
    private var leaves: [Set<Int32>] = []
    private var confirmed: Int64 = 0
    private var hasToldQuota = false

    /// What bounds batches and checkpoints.
    struct Limits: Sendable {
        var batchRecords: Int
        var batchBytes: Int
        var checkpointInterval: Duration
        var checkpointRecords: Int
        /// Stop after this many records.
        var quota: Int64?
        /// Tell when this stream has ended.
        var marker: String?
    }

    /// Where what happens is told; called on the compute thread.
    struct Telling {
        /// ms since the epoch, for `at` only.
        var now: @Sendable () -> Int64
        /// A checkpoint was acknowledged.
        var checkpointed: (RunDelta) -> Void
        /// A partition is let go, or the run ends: its symbols' states.
        var ended: (PartitionEngine<Forecaster>) -> Void
        /// The anchor of a partition is gone.
        var anchorGone: (Int32) -> Void
        /// Symbols with news, for the live view.
        var news: ((_ engine: PartitionEngine<Forecaster>, _ indices: [Int]) -> Void)?
    }

    init(
        exchange: Exchange, store: StoreSession, partitions: Int32, limits: Limits, telling: Telling,
        settings: @escaping @Sendable (Int32) -> EngineSettings<Forecaster>
    ) {
        self.exchange = exchange
        self.store = store
        self.limits = limits
        self.telling = telling
        self.settings = settings
        reader = RecordReader(partitions: partitions)
    }

    /// Runs until the exchange is over; an error ends the run.
    func run() {
        do throws(PipelineError) {
            while try turn() {}
        } catch {
            exchange.fail(error)
        }
    }

    private func turn() throws(PipelineError) -> Bool {
        let turn = exchange.next(takesRecords: !isFull, hasOutput: hasOutput, until: nextDeadline)
        if turn.isOver { return false }
        for report in turn.reports { try settle(report) }
        if turn.isFlusherFree { handOver() }
        switch turn.message {
        case .claimed(let claimed): try begin(claimed)
        case .records(let tag, let records, _): try handle(tag, records)
        case .leave(let partitions): leave(partitions)
        case .drop(let partitions): for partition in partitions { discard(partition) }
        case nil: break
        }
        closeDue()
        settleLeaves()
        return true
    }

    // MARK: - Claims

    private func begin(_ claimed: ClaimedPartition) throws(PipelineError) {
        let partition = claimed.tag.partition
        let settings = settings(partition)
        let engine = try PartitionEngine<Forecaster>(claimed, settings: settings)
        owned[partition] = Owned(
            engine,
            ClaimContext(
                tag: claimed.tag, topic: settings.topic, checkpoint: settings.checkpoint, epoch: engine.epoch,
                hasGaps: engine.hasGaps, version: settings.version))
        tellMarker(partition)
    }

    private func discard(_ partition: Int32) {
        owned[partition] = nil
    }

    private func leave(_ partitions: [Int32]) {
        for partition in partitions {
            guard let part = owned[partition] else { continue }
            part.isLeaving = true
            if part.engine.needsCheckpoint { part.closed.append(part.engine.close()) }
        }
        leaves.append(Set(partitions))
    }

    /// Lets go of what has nothing left to write.
    private func settleLeaves() {
        guard !leaves.isEmpty else { return }
        for partition in leaves.flatMap({ $0 }).sorted() {
            if let part = owned[partition], part.isLeaving, part.closed.isEmpty, !part.isFlushing {
                telling.ended(part.engine)
                owned[partition] = nil
            }
        }
        leaves.removeAll { partitions in
            guard partitions.allSatisfy({ owned[$0]?.isLeaving != true }) else { return false }
            exchange.left()
            return true
        }
    }

    // MARK: - Records

    private func handle(_ tag: ClaimTag, _ records: [SourceRecord]) throws(PipelineError) {
        guard let part = owned[tag.partition], part.context.tag == tag, !part.isLeaving else { return }
        var parsed: [ParsedRecord] = []
        parsed.reserveCapacity(records.count)
        var room = limits.quota.map { $0 - total } ?? .max
        for record in records where room > 0 {
            guard try part.engine.admits(record) else { continue }
            parsed.append(reader.read(record))
            room -= 1
        }
        var found: [TradeKey: StoredPlace] = [:]
        let questions = part.engine.questions(parsed)
        if !questions.isEmpty { found = try lookUp(questions, in: part.engine.settings) }
        part.engine.now = telling.now()
        for record in parsed { part.engine.handle(record, found: found) }
        if part.engine.anchorIsGone() { telling.anchorGone(tag.partition) }
        if part.engine.position > part.engine.covered, part.uncoveredSince == nil {
            part.uncoveredSince = ContinuousClock.now
        }
        if let news = telling.news {
            let indices = part.engine.takeNews()
            if !indices.isEmpty { news(part.engine, indices) }
        }
        tellMarker(tag.partition)
        if room <= 0, limits.quota != nil, !hasToldQuota {
            hasToldQuota = true
            exchange.post(.quotaReached)
        }
    }

    /// Records handled by the partitions at hand and not taken back.
    private var total: Int64 {
        owned.values.reduce(confirmed) { $0 + Int64($1.engine.handled - $1.confirmed) }
    }

    private func tellMarker(_ partition: Int32) {
        guard let marker = limits.marker, owned[partition]?.engine.marks[marker]?.end != nil else { return }
        exchange.post(.markerSeen(partition))
    }

    /// Where trades at or below their stream's mark are stored: one `$in` for all at hand.
    private func lookUp(
        _ keys: [TradeKey], in settings: EngineSettings<Forecaster>
    ) throws(PipelineError) -> [TradeKey: StoredPlace] {
        let ids = keys.map(\.documentID)
        do {
            let documents = try store.documents(in: .trades, ids: Array(Set(ids)).sorted())
            var found: [TradeKey: StoredPlace] = [:]
            for (key, id) in zip(keys, ids) {
                guard let k = documents[id]?["k"]?.document else { continue }
                let isHere =
                    k["tp"]?.string == settings.topic && k["pt"]?.integer == Int64(settings.partition)
                found[key] = isHere ? .here(offset: k["of"]?.integer ?? -1) : .elsewhere
            }
            return found
        } catch {
            throw PipelineError(error)
        }
    }

    // MARK: - Batches

    private var isFull: Bool {
        var records = 0
        var bytes = 0
        for part in owned.values {
            records += part.engine.batch.recordCount
            bytes += part.engine.batch.footprint
            for batch in part.closed {
                records += batch.recordCount
                bytes += batch.footprint
            }
        }
        return records >= limits.batchRecords || bytes >= limits.batchBytes
    }

    private var hasOutput: Bool {
        owned.values.contains { !$0.isFlushing && (!$0.closed.isEmpty || !$0.engine.batch.isEmpty) }
    }

    /// Gives a free flusher what all partitions have gathered, one batch of each.
    private func handOver() {
        var items: [FlushItem] = []
        for partition in owned.keys.sorted() {
            guard let part = owned[partition], !part.isFlushing else { continue }
            var batch: Batch?
            if !part.closed.isEmpty {
                batch = part.closed.removeFirst()
            } else if !part.engine.batch.isEmpty {
                batch = part.engine.takeBatch()
            }
            if let batch {
                items.append(FlushItem(batch: batch, claim: part.context, isLeaving: part.isLeaving))
                part.isFlushing = true
            }
        }
        if !items.isEmpty { exchange.handOver(items) }
    }

    private func settle(_ report: FlushReport) throws(PipelineError) {
        let tag = report.item.claim.tag
        let isCurrent = owned[tag.partition]?.context.tag == tag
        switch report.outcome {
        case .done:
            if let image = report.item.batch.checkpoint {
                telling.checkpointed(image.delta)
                confirmed += Int64(image.delta.records)
                exchange.post(.commit(partition: tag.partition, offset: image.advance.new))
            }
            if isCurrent, let part = owned[tag.partition] {
                part.isFlushing = false
                part.engine.acknowledge(through: report.item.batch.number)
                part.confirmed += report.item.batch.checkpoint?.delta.records ?? 0
            }
        case .claimAgain:
            guard isCurrent else { return }
            hasToldQuota = false
            discard(tag.partition)
            exchange.post(.claimAgain(tag, epoch: report.item.claim.epoch))
        case .fenced:
            guard isCurrent else { return }
            hasToldQuota = false
            discard(tag.partition)
            exchange.post(.fenced(tag))
        }
    }

    // MARK: - Checkpoints

    private var nextDeadline: ContinuousClock.Instant? {
        owned.values.filter { $0.closed.isEmpty && !$0.isLeaving }
            .compactMap { $0.uncoveredSince.map { $0 + limits.checkpointInterval } }.min()
    }

    /// Queues the checkpoints that are due; one a partition waits at most.
    private func closeDue() {
        let now = ContinuousClock.now
        for partition in owned.keys.sorted() {
            guard let part = owned[partition], part.closed.isEmpty, !part.isLeaving, let since = part.uncoveredSince
            else {
                continue
            }
            let count = part.engine.position - part.engine.covered
            guard since + limits.checkpointInterval <= now || count >= Int64(limits.checkpointRecords) else { continue }
            part.closed.append(part.engine.close())
            part.uncoveredSince = nil
        }
    }
}
