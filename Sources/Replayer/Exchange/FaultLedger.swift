import Diagnostics
import JSONText
import Synchronization

/// What faults there are and which have happened; shared by all players and the server.
final class FaultLedger: Sendable {
    /// One fault that happened.
    struct Entry: Sendable, Equatable {
        let kind: ExchangeFault.Kind
        /// The client's number; nil for all of a shared market.
        let client: Int?
        /// The message it happened at; nil for connections.
        let place: Place?
    }

    /// A message's place.
    struct Place: Sendable, Equatable {
        let stream: String
        let sequence: Int64
        let receive: Int64
    }

    private struct State {
        var claimed: Set<Int> = []
        /// Connections to refuse.
        var refusals = 0
        var isExclusive = false
        var entries: [Entry] = []
        var count = 0
    }

    /// Entries kept for the report; the log has all.
    static let keptEntries = 10_000

    let faults: [ExchangeFault]
    private let draws: SeededDraw
    private let log: Log
    private let state: Mutex<State>

    init(_ faults: [ExchangeFault], seed: UInt64, log: Log) {
        self.faults = faults
        self.log = log
        draws = SeededDraw(seed: seed)
        state = Mutex(State())
        for (index, fault) in faults.enumerated() where fault.kind.isOfConnections && fault.holdsFromStart {
            claim(index, fault)
        }
    }

    /// Which faults happen at a message; each is to be ``note(_:)``d by whoever carries it out.
    ///
    /// - Parameters:
    ///   - place: the message.
    ///   - start: the tape's start, ns.
    ///   - player: number of the player, 0 for a shared market's.
    ///   - lap: the lap, from 0.
    /// - Returns: what goes wrong with the message or its connection.
    func faults(at place: Place, start: Int64, player: Int, lap: Int) -> [ExchangeFault.Kind] {
        var found: [ExchangeFault.Kind] = []
        for (index, fault) in faults.enumerated() {
            switch fault.trigger {
            case .probability(let probability):
                guard !fault.kind.isOfConnections else { continue }
                let draw = draws.branch(Int64(index)).branch(Int64(player)).branch(Int64(lap))
                if draw.hits(probability, at: place.sequence) { found.append(fault.kind) }
            case .sequence, .offset:
                guard fault.isReached(sequence: place.sequence, receive: place.receive, start: start),
                    claim(index, fault), !fault.kind.isOfConnections
                else { continue }
                found.append(fault.kind)
            }
        }
        return found
    }

    /// Takes a fault that happens once.
    ///
    /// - Returns: whether it was still to be had.
    @discardableResult
    private func claim(_ index: Int, _ fault: ExchangeFault) -> Bool {
        state.withLock { state in
            guard state.claimed.insert(index).inserted else { return false }
            if fault.kind == .refuse { state.refusals += 1 }
            if fault.kind == .exclusive { state.isExclusive = true }
            return true
        }
    }

    /// Whether a connection is to be refused.
    func refuses(connection: Int) -> Bool {
        if state.withLock({ state in
            defer { state.refusals = max(0, state.refusals - 1) }
            return state.refusals > 0
        }) {
            return true
        }
        return hits(.refuse, connection)
    }

    /// Whether a connection beside another one is to end both.
    func isExclusive(connection: Int) -> Bool { state.withLock { $0.isExclusive } || hits(.exclusive, connection) }

    private func hits(_ kind: ExchangeFault.Kind, _ connection: Int) -> Bool {
        faults.enumerated().contains { index, fault in
            guard fault.kind == kind, case .probability(let probability) = fault.trigger else { return false }
            return draws.branch(Int64(index)).hits(probability, at: Int64(connection))
        }
    }

    /// Logs a fault that happened.
    func note(_ entry: Entry) {
        state.withLock { state in
            state.count += 1
            if state.entries.count < Self.keptEntries { state.entries.append(entry) }
        }
        guard let place = entry.place else {
            log.say(
                .warning, "fault",
                ["kind": .string(entry.kind.rawValue), "client": entry.client.map { JSONValue($0) } ?? "all"])
            return
        }
        log.say(
            .warning, "fault",
            [
                "kind": .string(entry.kind.rawValue), "client": entry.client.map { JSONValue($0) } ?? "all",
                "stream": .string(place.stream), "seq": .int(place.sequence),
                "receive": .string("\(place.receive)"),
            ])
    }

    /// What happened, and how often in all.
    var account: (entries: [Entry], count: Int) { state.withLock { ($0.entries, $0.count) } }
}
