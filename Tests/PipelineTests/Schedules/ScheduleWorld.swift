import Mongo

@testable import Pipeline

/// Members, coordinator, faults, and what must hold (protocol_model.py, sections 6 and 7).
///
/// `@unchecked Sendable`: only the holder of the baton touches it.
final class ScheduleWorld: @unchecked Sendable {
    static let topic = "raw"
    static let checkpoint = "g|raw|0"

    let test: ScheduleCase
    let store = ScheduleStore()
    private let choices: Choices
    private let reference: ScheduleWorld?
    private var budget: [Fault: Int]
    private var log: [ScheduleRecord]
    private var shift: Int64 = 0
    private(set) var low: Int64 = 0
    private(set) var high: Int64
    private var owner: ScheduleMember?
    private var zombie: ScheduleMember?
    private var focus: ScheduleMember?
    /// Members whose threads must end with the run.
    private var members: [ScheduleMember] = []
    var ghosts: [(ScheduleStore) -> Void] = []
    var claims = 0
    private var steps = 0
    private var born = 0
    private(set) var broken: String?
    /// Outside the promise: compare no content.
    private var isLoose = false
    private var isFinished = false
    private var isRecreated = false
    /// Every state that was written, by symbol and `of`.
    private var history: [String: [Int64: BSONDocument]] = [:]
    private(set) var trace: [String] = []

    init(_ test: ScheduleCase, _ choices: Choices, against reference: ScheduleWorld?) {
        self.test = test
        self.choices = choices
        self.reference = reference
        budget = test.budget
        log = test.log
        high = (test.budget[.grow] ?? 0) > 0 ? 0 : Int64(test.log.count)
        for record in test.foreign { storeForeign(record) }
        store.audit = { [unowned self] in audit($0, $1, $2) }
        spawn()
    }

    var count: Int64 { Int64(log.count) }
    func record(_ offset: Int64) -> SourceRecord { log[Int(offset)].record(offset: offset, shift: shift) }
    func choose(_ width: Int) -> Int { choices(width) }
    func spend(_ fault: Fault) -> Bool { (budget[fault] ?? 0) > 0 }
    func say(_ text: String) { trace.append(text) }
    func breaks(_ text: String) { if broken == nil { broken = text } }
    func paid(_ fault: Fault) {
        budget[fault, default: 0] -= 1
        say("FAULT \(fault)")
    }

    private func storeForeign(_ record: ScheduleRecord) {
        var reader = RecordReader(partitions: 1)
        let parsed = reader.read(record.record(offset: 7))
        guard case .trade(let trade)? = parsed.items.first?.content, let header = trade.header else { return }
        var batch = Batch(claim: ClaimTag(partition: 0, serial: 0), number: 0)
        batch.appendTrade(trade, identity: header.identity, record: parsed.record, topic: "other", at: 0)
        if let document = try? BSONDocument(validating: batch.trades.document(0)) {
            _ = store.insert(.trades, document)
        }
        store.majority()
    }

    // MARK: - Run

    private func spawn() {
        born += 1
        let member = ScheduleMember(world: self, name: "m\(born)")
        members.append(member)
        owner = member
        focus = member
        let next = (store[.checkpoints, Self.checkpoint]).flatMap { try? CheckpointDocument($0) }?.nextOffset
        if spend(.expire), born > 1, choose(2) == 1 {
            paid(.expire)
            low = max(low, min(count - 1, next.map { $0 + 1 } ?? 0))
            isLoose = true
        }
        if spend(.recreate), born > 1, let next, next > 0, choose(2) == 1 {
            // The topic is deleted and filled again, with one message more.
            paid(.recreate)
            isLoose = true
            isRecreated = true
            shift = 1
            log.append(log[0])
            high = count
        }
    }

    func run() {
        while owner != nil || zombie != nil, broken == nil {
            steps += 1
            if steps > 5_000 || claims > 60 {
                breaks("livelock")
                break
            }
            guard let member = focus else { break }
            let acts = acts(of: member)
            acts[choose(acts.count)]()
        }
        for member in members { member.stop() }
    }

    private func acts(of member: ScheduleMember) -> [() -> Void] {
        let work = member.isBusy || member.hasWork
        let flush =
            work
            && (member.isBusy || !member.isReading || member.isWaiting || member.isCheckpointWaiting
                || member.gathered >= test.batch)
        let canStep = work || !member.isWaiting || member.position < high || member.isRevoking
        var acts: [() -> Void] = [canStep ? { self.step(member, flush) } : { self.grow() }]
        if work, member.isReading { acts.append { self.step(member, !flush) } }
        if let other = member === owner ? zombie : owner { acts.append { self.focus = other } }
        if spend(.crash) {
            acts.append {
                self.paid(.crash)
                self.end(member, "crashed")
            }
        }
        if member === owner, zombie == nil, spend(.evict) {
            acts.append {
                self.paid(.evict)
                self.say("\(member.name) FROZEN")
                self.zombie = member
                self.spawn()
            }
        }
        if member === owner, !member.isRevoking, member.isInForce, spend(.revoke) {
            acts.append {
                self.paid(.revoke)
                member.isRevoking = true
            }
        }
        if store.undoable > 0, spend(.failover) {
            for keep in 0..<store.undoable { acts.append { self.failover(keep) } }
        }
        for index in ghosts.indices {
            acts.append {
                self.say("a request that had timed out is applied")
                self.ghosts.remove(at: index)(self.store)
            }
        }
        if high < count { acts.append { self.grow() } }
        if store.refuses, spend(.lift) {
            acts.append {
                self.paid(.lift)
                self.store.refuses = false
                self.isLoose = true
            }
        }
        return acts
    }

    private func grow() { high += 1 }

    private func failover(_ keep: Int) {
        paid(.failover)
        for member in [owner, zombie] {
            if let member, member.store.stale == nil {
                member.store.stale = store.documents.filter { $0.key.collection != .checkpoints }
            }
        }
        store.failover(keeping: keep)
    }

    private func step(_ member: ScheduleMember, _ flush: Bool) {
        member.step(flush: flush)
        switch member.end {
        case .fenced: end(member, "fenced")
        case .topicRecreated:
            if !isRecreated { breaks("topic_recreated without cause") }
            owner = nil
            zombie = nil
        case .nondeterminism(let what): breaks("nondeterminism: \(what)")
        case nil:
            if !member.isReading, !member.isBusy, !member.hasWork {
                end(member, member.isRevoking && member.position < count ? "revoked" : "done")
            }
        }
    }

    private func end(_ member: ScheduleMember, _ why: String) {
        say("\(member.name): \(why)")
        member.stop()
        if member === zombie {
            zombie = nil
            focus = owner
        } else {
            owner = nil
            if why == "done" {
                isFinished = true
                focus = zombie
            } else {
                spawn()
            }
        }
    }

    // MARK: - What must hold

    private static func comparable(_ collection: StoreCollection, _ document: BSONDocument) -> BSONDocument {
        switch collection {
        case .trades: document.without(["at", "flag"])
        case .deadLetters: ["reason": document["reason"] ?? .null]
        default: document.without(["at"])
        }
    }

    /// Every single write, by anybody, at any time.
    private func audit(_ key: ScheduleStore.Key, _ old: BSONDocument?, _ new: BSONDocument) {
        say("    \(key.collection.rawValue)[\(key.id)]")
        if key.collection == .checkpoints, let old = old.flatMap({ try? CheckpointDocument($0) }),
            let new = try? CheckpointDocument(new), new.nextOffset < old.nextOffset || new.epoch < old.epoch
        {
            breaks("next_offset or epoch falls")
        }
        if key.collection == .states { history[key.id, default: [:]][new["of"]?.integer ?? -1] = new }
        guard let reference, !isLoose, key.collection != .checkpoints else { return }
        let right: BSONDocument? =
            key.collection == .states
            ? reference.history[key.id]?[new["of"]?.integer ?? -1] : reference.store[key.collection, key.id]
        if right.map({ Self.comparable(key.collection, $0) }) != Self.comparable(key.collection, new) {
            breaks("wrong document in \(key.collection.rawValue): \(key.id)")
        }
    }

    /// A checkpoint says: all below is done, durably and right.
    func covered(_ next: Int64) {
        guard let reference, !isLoose else { return }
        for collection in [StoreCollection.trades, .predictions] {
            for (id, document) in reference.store.all(collection) {
                let k = document["k"]?.document
                guard k?["tp"]?.string == Self.topic, k?["of"]?.integer ?? 0 < next else { continue }
                if store[collection, id]?.without(["at"]) != document.without(["at"]) {
                    breaks("checkpoint \(next), but \(collection.rawValue) \(id) is missing or wrong")
                }
            }
        }
        for (id, _) in reference.store.all(.deadLetters) {
            let parts = id.split(separator: "|")
            if Int64(parts[2]) ?? 0 < next, store[.deadLetters, id] == nil {
                breaks("checkpoint \(next), but dead letter \(id) is missing")
            }
        }
        for (id, states) in reference.history {
            guard let due = states.keys.filter({ $0 < next }).max() else { continue }
            if (store[.states, id]?["of"]?.integer ?? -1) < due {
                breaks("checkpoint \(next), but state \(id) is behind")
            }
        }
    }

    /// Against an uninterrupted owner with batches of one record.
    func compareFinal() {
        if isRecreated, isFinished { breaks("a re-created topic went unnoticed") }
        guard !isLoose, let reference, broken == nil else { return }
        for collection in [StoreCollection.trades, .predictions, .states] {
            let ours = store.all(collection).mapValues { $0.without(["at"]) }
            let theirs = reference.store.all(collection).mapValues { $0.without(["at"]) }
            if ours != theirs { breaks("\(collection.rawValue) differ at the end") }
        }
        let dead = store.all(.deadLetters).mapValues { $0["reason"] }
        if dead != reference.store.all(.deadLetters).mapValues({ $0["reason"] }) {
            breaks("dead_letters differ at the end")
        }
        let omitted = ["epoch", "owner", "at"]
        if store[.checkpoints, Self.checkpoint]?.without(omitted)
            != reference.store[.checkpoints, Self.checkpoint]?.without(omitted)
        {
            breaks("marks, counts or next_offset differ at the end")
        }
    }
}
