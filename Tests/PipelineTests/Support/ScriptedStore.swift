import Mongo
import Synchronization

@testable import Pipeline

/// A store whose bulk inserts answer by script and that remembers what it was sent; nothing else is expected of it.
final class ScriptedStore: PipelineStore {
    private struct State {
        var script: [@Sendable ([Int]) -> BulkAttempt] = []
        var sent: [[Int]] = []
    }
    private let state: Mutex<State>

    init(_ script: [@Sendable (_ pending: [Int]) -> BulkAttempt]) { state = Mutex(State(script: script)) }

    /// The numbers of each attempt.
    var sent: [[Int]] { state.withLock { $0.sent } }

    func insert(_ documents: [DocumentBuffer], pending: [Int], into collection: StoreCollection) -> BulkAttempt {
        let answer = state.withLock { state in
            state.sent.append(pending)
            return state.script.isEmpty ? nil : state.script.removeFirst()
        }
        return answer?(pending)
            ?? BulkAttempt(answers: pending.map { _ in nil }, fault: .fatal("the script has ended"))
    }

    func prepare() throws(StoreFault) { throw unexpected }
    func setFlags(_ flags: [TradeFlagUpdate]) throws(StoreFault) { throw unexpected }
    func upsertStates(_ states: [StateDocument]) throws(StoreFault) { throw unexpected }
    func documents(in collection: StoreCollection, ids: [String]) throws(StoreFault) -> [BSONDocument] {
        throw unexpected
    }
    func claim(_ claim: ClaimRequest, at milliseconds: Int64) throws(StoreFault) -> CheckpointDocument? {
        throw unexpected
    }
    func renew(_ id: String, epoch: Int64, at milliseconds: Int64) throws(StoreFault) -> CheckpointDocument? {
        throw unexpected
    }
    func acceptGap(
        _ id: String, epoch: Int64, from next: Int64, to low: Int64, at milliseconds: Int64
    ) throws(StoreFault) -> CheckpointDocument? { throw unexpected }
    func advance(_ checkpoint: CheckpointAdvance, at milliseconds: Int64) throws(StoreFault) -> Bool {
        throw unexpected
    }
    func states(of checkpoint: String) throws(StoreFault) -> [StateDocument] { throw unexpected }
    func refusals(topic: String, partition: Int32, from offset: Int64) throws(StoreFault) -> [KnownRefusal] {
        throw unexpected
    }
    func checkpoint(_ id: String) throws(StoreFault) -> CheckpointDocument? { throw unexpected }
    func otherGroup(than group: String, model: String) throws(StoreFault) -> String? { throw unexpected }
    func publish(latest: [BSONDocument]) throws(StoreFault) { throw unexpected }

    private var unexpected: StoreFault { .fatal("not part of the script") }
}
