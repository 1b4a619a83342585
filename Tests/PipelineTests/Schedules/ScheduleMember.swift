import Mongo

@testable import Pipeline

/// A member as protocol_model.py, section 5 drives it, but with the product's claim, engine and flush.
///
/// `@unchecked Sendable`: only the holder of the baton touches it.
final class ScheduleMember: @unchecked Sendable {
    enum End: Error, Equatable {
        case fenced
        case topicRecreated
        case nondeterminism(String)
    }

    let name: String
    private unowned let world: ScheduleWorld
    private(set) var engine: PartitionEngine<ToyForecaster>?
    private var context: ClaimContext?
    private(set) var closed: [Batch] = []
    private(set) var isBusy = false
    private(set) var isReading = true
    private(set) var isWaiting = false
    var isRevoking = false
    private(set) var end: End?
    private(set) lazy var store = MemberStore(world: world, member: self)
    private var serial = 0
    /// Raised by a claim: whatever belonged to an earlier one ends.
    private var generation = 0
    private var acknowledged: [Int] = []
    private lazy var reader = Coroutine { [unowned self] _ in
        if claim(again: nil) { compute() }
    }
    private lazy var flusher = Coroutine { [unowned self] _ in flushLoop() }
    private var running: Coroutine?
    private var recordReader = RecordReader(partitions: 1)

    init(world: ScheduleWorld, name: String) {
        self.world = world
        self.name = name
    }

    /// Hands the baton back; false: this thread's work is over.
    func yield() -> Bool { running?.yield() ?? false }

    /// What waits for the flusher.
    var hasWork: Bool { !closed.isEmpty || engine.map { !$0.batch.isEmpty } == true }
    var isCheckpointWaiting: Bool { !closed.isEmpty }
    var gathered: Int { engine?.batch.recordCount ?? 0 }
    var position: Int64 { engine?.position ?? 0 }
    var isInForce: Bool { engine != nil }

    func step(flush: Bool) {
        let coroutine = flush ? flusher : reader
        // A claim repeated by the flusher resumes nothing of the reader: the baton has one holder.
        running = coroutine
        coroutine.resume()
        if !flush, coroutine.isFinished { isReading = false }
    }

    /// Ends both threads where they stand.
    func stop() {
        for coroutine in [reader, flusher] {
            running = coroutine
            coroutine.cancel()
        }
    }

    private var session: StoreSession {
        StoreSession(
            store: store,
            patience: StorePatience(
                limit: nil, now: { ContinuousClock.now }, random: { 0 },
                sleep: { [unowned self] _ in running?.isCancelled == false }, note: { _, _ in }))
    }

    // MARK: - Claim

    private func claim(again epoch: Int64?) -> Bool {
        serial += 1
        let procedure = PartitionClaim(
            session: session, failPoints: .none,
            watermarks: { [unowned self] (_) throws(PipelineError) in
                guard yield() else { throw PipelineError(.source, "gone") }
                return (world.low, world.high)
            }, now: { 0 }, topic: ScheduleWorld.topic, group: "g", cluster: "c", partitions: 1, model: "toy:1",
            owner: name, start: .earliest, skipsDataLoss: true)
        do throws(PipelineError) {
            switch try procedure(ClaimTag(partition: 0, serial: serial), again: epoch) {
            case .claimed(let claimed):
                world.claims += 1
                return try begin(claimed)
            case .fenced: end = .fenced
            case .late: break
            }
        } catch {
            if running?.isCancelled != true { fail(error) }
        }
        return false
    }

    private func begin(_ claimed: ClaimedPartition) throws(PipelineError) -> Bool {
        let settings = EngineSettings<ToyForecaster>(
            topic: ScheduleWorld.topic, partition: 0, checkpoint: claimed.checkpoint.id, model: "toy:1", horizon: "2",
            level: 0.9, version: "test", forecaster: 0)
        var engine = try PartitionEngine<ToyForecaster>(claimed, settings: settings)
        if let anchor = claimed.checkpoint.anchor, anchor.offset >= world.low {
            _ = try engine.admits(world.record(anchor.offset))
        }
        context = ClaimContext(
            tag: claimed.tag, topic: settings.topic, checkpoint: settings.checkpoint, epoch: engine.epoch,
            hasGaps: engine.hasGaps, version: settings.version)
        self.engine = engine
        closed = []
        acknowledged = []
        generation += 1
        world.say("\(name) claims: epoch \(engine.epoch), next_offset \(engine.position)")
        return true
    }

    private func fail(_ error: PipelineError) {
        switch error.kind {
        case .topicRecreated: end = .topicRecreated
        case .nondeterminism: end = .nondeterminism(error.message)
        default: world.breaks("\(name) failed: \(error)")
        }
    }

    // MARK: - Loop

    private func compute() {
        let mine = generation
        while position < world.count && !isRevoking {
            isWaiting = position >= world.high
            guard yield(), mine == generation else { return }
            if position >= world.high { continue }
            for number in acknowledged { engine?.acknowledge(through: number) }
            acknowledged = []
            let end = min(world.high, position + 1 + Int64(world.choose(2)))
            let parsed = (position..<end).map { recordReader.read(world.record($0)) }
            guard let questions = engine?.questions(parsed) else { return }
            var found: [TradeKey: StoredPlace] = [:]
            if !questions.isEmpty {
                let ids = questions.map(\.documentID)
                guard let documents = try? session.documents(in: .trades, ids: Array(Set(ids)).sorted()),
                    mine == generation
                else { return }
                for (key, id) in zip(questions, ids) {
                    guard let k = documents[id]?["k"]?.document else { continue }
                    found[key] =
                        k["tp"]?.string == ScheduleWorld.topic ? .here(offset: k["of"]?.integer ?? -1) : .elsewhere
                }
            }
            for record in parsed {
                guard yield(), mine == generation else { return }
                if isRevoking { break }
                engine?.handle(record, found: found)
                let uncovered = position - (engine?.covered ?? 0)
                if uncovered >= Int64(world.test.checkpointEvery) || world.choose(2) == 1 { close() }
            }
        }
        isWaiting = false
        if position > engine?.covered ?? 0 { close() }
    }

    private func close() {
        if let batch = engine?.close() { closed.append(batch) }
    }

    // MARK: - Flusher

    private func flushLoop() {
        while true {
            let batch: Batch
            if !closed.isEmpty {
                batch = closed.removeFirst()
            } else if let open = engine?.takeBatch() {
                batch = open
            } else {
                return
            }
            guard let context else { return }
            isBusy = true
            var tally = BatchFlush.Tally()
            do throws(PipelineError) {
                let flush = BatchFlush(session: session, failPoints: .none, now: { 0 })
                let outcome = try flush([FlushItem(batch: batch, claim: context)], tally: &tally).first
                switch outcome {
                case .done:
                    acknowledged.append(batch.number)
                    if let checkpoint = batch.checkpoint { world.covered(checkpoint.advance.new) }
                case .claimAgain:
                    engine = nil
                    closed = []
                    let old = reader
                    let flusher = running
                    running = old
                    old.cancel()
                    running = flusher
                    guard claim(again: context.epoch) else { return }
                    reader = Coroutine { [unowned self] _ in compute() }
                    isReading = true
                case .fenced, nil:
                    end = .fenced
                    return
                }
            } catch {
                if running?.isCancelled != true { fail(error) }
                return
            }
            isBusy = false
            guard yield() else { return }
        }
    }
}
