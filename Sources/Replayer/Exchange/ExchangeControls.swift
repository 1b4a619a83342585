import JSONText
import Tape

/// The controls of an exchange: a command goes to all players that run.
struct ExchangeControls: Controllable {
    let market: ExchangeMarket
    let players: PlayerTable

    func send(_ command: ReplayControl) -> Bool {
        var isAccepted = true
        for player in players.running { isAccepted = player.inbox.send(command) && isAccepted }
        return isAccepted
    }

    var statusJSON: JSONValue {
        let counts = market.counts.withLock { $0 }
        return [
            "clients": JSONValue(counts.openClients), "messages": JSONValue(counts.messages),
            "completedPlays": JSONValue(counts.completedPlays), "faults": JSONValue(market.ledger.account.count),
            "players": .array(players.running.map { Self.json($0.number, $0.status) }),
        ]
    }

    private static func json(_ number: Int, _ status: PlayerHandle.Status) -> JSONValue {
        [
            "client": number == 0 ? "all" : JSONValue(number), "phase": .string(status.phase.rawValue),
            "position": status.position.map { .string(TapeTime.text($0)) } ?? .null,
            "seq": status.sequence.map(JSONValue.int) ?? .null,
            "stream": status.stream.map(JSONValue.string) ?? .null, "lap": JSONValue(status.lap),
            "speed": .string(status.speed.description), "messages": JSONValue(status.messages),
        ]
    }
}
