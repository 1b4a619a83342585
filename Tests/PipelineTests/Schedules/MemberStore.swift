import Mongo

@testable import Pipeline

/// The store as one member sees it: every step may be the last, or come late, or be answered by a deposed primary.
///
/// `@unchecked Sendable`: only the holder of the baton calls it.
final class MemberStore: PipelineStore, @unchecked Sendable {
    private unowned let world: ScheduleWorld
    private unowned let member: ScheduleMember
    /// Reads may still go to a deposed primary.
    var stale: [ScheduleStore.Key: BSONDocument]?

    init(world: ScheduleWorld, member: ScheduleMember) {
        self.world = world
        self.member = member
    }

    private var store: ScheduleStore { world.store }

    private static let unknown = StoreFault.retry(kind: "network", message: "outcome unknown")

    /// An unordered bulk, `w: majority, j: true`, one attempt; nil: the outcome of all is unknown.
    private func attempt<R>(_ operations: [(ScheduleStore) -> R]) throws(StoreFault) -> [R] {
        let term = store.term
        var todo = Array(operations.indices)
        var answers = [R?](repeating: nil, count: operations.count)
        while !todo.isEmpty {
            let index = todo.remove(at: world.choose(todo.count))
            guard member.yield() else { throw .abandoned }
            guard store.term == term else { throw Self.unknown }
            let fate = world.spend(.fate) ? world.choose(4) : 0
            if fate > 0 { world.paid(.fate) }
            if fate == 1 { throw Self.unknown }
            if fate == 2 {
                let operation = operations[index]
                world.ghosts.append { _ = operation($0) }
                throw Self.unknown
            }
            answers[index] = operations[index](store)
            if fate == 3 { throw Self.unknown }
        }
        guard member.yield() else { throw .abandoned }
        guard store.term == term else { throw Self.unknown }
        store.majority()
        stale = nil
        return answers.compactMap { $0 }
    }

    private func one<R>(_ operation: @escaping (ScheduleStore) -> R) throws(StoreFault) -> R {
        guard let answer = try attempt([operation]).first else { throw Self.unknown }
        return answer
    }

    private func read(_ collection: StoreCollection) throws(StoreFault) -> [String: BSONDocument] {
        guard member.yield() else { throw .abandoned }
        return seen(collection)
    }

    private func seen(_ collection: StoreCollection) -> [String: BSONDocument] {
        guard let stale else { return store.all(collection) }
        var found: [String: BSONDocument] = [:]
        for (key, document) in stale where key.collection == collection { found[key.id] = document }
        return found
    }

    // MARK: - PipelineStore

    func prepare() throws(StoreFault) {}
    func publish(latest: [BSONDocument]) throws(StoreFault) {}
    func otherGroup(than group: String, model: String) throws(StoreFault) -> String? { nil }

    func insert(_ documents: [DocumentBuffer], pending: [Int], into collection: StoreCollection) -> BulkAttempt {
        let all = documents.flatMap { buffer in (0..<buffer.count).map { buffer.document($0) } }
        let operations = pending.map { number in
            { (store: ScheduleStore) -> InsertAnswer in
                guard let document = try? BSONDocument(validating: all[number]) else { return .refused(code: 22) }
                return store.insert(collection, document)
            }
        }
        do throws(StoreFault) {
            let answers: [InsertAnswer] = try attempt(operations)
            return BulkAttempt(answers: answers.map { $0 }, fault: nil)
        } catch {
            return BulkAttempt(answers: [InsertAnswer?](repeating: nil, count: pending.count), fault: error)
        }
    }

    func setFlags(_ flags: [TradeFlagUpdate]) throws(StoreFault) {
        _ = try attempt(
            flags.map { flag in
                { (store: ScheduleStore) -> Void in
                    guard let trade = store[.trades, flag.id], trade["flag"]?.string != flag.flag else { return }
                    var changed = trade.without(["flag"])
                    changed.append("flag", flag.flag)
                    store.put(.trades, flag.id, changed)
                }
            })
    }

    func upsertStates(_ states: [StateDocument]) throws(StoreFault) {
        _ = try attempt(
            states.map { state in
                { (store: ScheduleStore) -> Void in
                    if let there = store[.states, state.id] {
                        guard there["of"]?.integer ?? 0 < state.offset else { return }
                    }
                    store.put(.states, state.id, state.document)
                }
            })
    }

    func documents(in collection: StoreCollection, ids: [String]) throws(StoreFault) -> [BSONDocument] {
        let found = try read(collection)
        return ids.compactMap { found[$0] }
    }

    func claim(_ claim: ClaimRequest, at milliseconds: Int64) throws(StoreFault) -> CheckpointDocument? {
        try one { store in
            var checkpoint = Self.checkpoint(store, claim.id) ?? CheckpointDocument(claim)
            if store[.checkpoints, claim.id] != nil { checkpoint.epoch += 1 }
            checkpoint.owner = claim.owner
            store.put(.checkpoints, claim.id, checkpoint.document(at: milliseconds))
            return checkpoint
        }
    }

    func renew(_ id: String, epoch: Int64, at milliseconds: Int64) throws(StoreFault) -> CheckpointDocument? {
        try one { store in Self.checkpoint(store, id).flatMap { $0.epoch == epoch ? $0 : nil } }
    }

    func acceptGap(
        _ id: String, epoch: Int64, from next: Int64, to low: Int64, at milliseconds: Int64
    ) throws(StoreFault) -> CheckpointDocument? {
        try one { store in
            guard var checkpoint = Self.checkpoint(store, id), checkpoint.epoch == epoch else { return nil }
            if checkpoint.nextOffset == next {
                checkpoint.nextOffset = low
                checkpoint.anchor = nil
                checkpoint.gaps.append(LogGap(from: next, to: low, at: 1))
                store.put(.checkpoints, id, checkpoint.document(at: milliseconds))
            }
            return checkpoint
        }
    }

    func advance(_ advance: CheckpointAdvance, at milliseconds: Int64) throws(StoreFault) -> Bool {
        try one { store in
            guard var checkpoint = Self.checkpoint(store, advance.id), checkpoint.epoch == advance.epoch,
                checkpoint.nextOffset == advance.old
            else { return false }
            checkpoint.nextOffset = advance.new
            checkpoint.anchor = advance.anchor
            checkpoint.marks = advance.marks
            checkpoint.counts = advance.counts
            store.put(.checkpoints, advance.id, checkpoint.document(at: milliseconds))
            return true
        }
    }

    func states(of checkpoint: String) throws(StoreFault) -> [StateDocument] {
        // A cursor, no snapshot: another write may come in between.
        var states: [StateDocument] = []
        for id in try read(.states).keys.sorted() {
            if let document = try read(.states)[id], let state = try? StateDocument(document) { states.append(state) }
        }
        return states
    }

    func refusals(topic: String, partition: Int32, from offset: Int64) throws(StoreFault) -> [KnownRefusal] {
        let dead = try read(.deadLetters)
        return dead.keys.sorted().compactMap { id in
            guard let document = dead[id], let refusal = try? DeadLetterDocument.refusal(document),
                refusal.offset >= offset
            else { return nil }
            return refusal
        }
    }

    func checkpoint(_ id: String) throws(StoreFault) -> CheckpointDocument? {
        guard member.yield() else { throw .abandoned }
        return Self.checkpoint(store, id)
    }

    private static func checkpoint(_ store: ScheduleStore, _ id: String) -> CheckpointDocument? {
        store[.checkpoints, id].flatMap { try? CheckpointDocument($0) }
    }
}
