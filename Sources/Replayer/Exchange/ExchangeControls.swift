import Diagnostics
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

    var metrics: String {
        let counts = market.counts.withLock { $0 }
        var page = MetricsPage(prefix: "tapedeck_exchange_")
        page.gauge("clients", "WebSockets that are open.", Double(counts.openClients))
        page.counter("clients_total", "WebSockets that were opened.", Int64(counts.clients))
        page.counter("messages_total", "Recorded messages queued for clients.", Int64(counts.messages))
        page.counter("sent_bytes_total", "Bytes handed to connections.", Int64(counts.sentBytes))
        page.counter("completed_plays_total", "Plays that came to the tape's end.", Int64(counts.completedPlays))
        page.counter("failed_plays_total", "Plays that a tape ended.", Int64(counts.failedPlays))
        page.counter("slow_clients_total", "Clients dropped because they were slow.", Int64(counts.slowClients))
        page.counter("faults_total", "Faults made on demand.", Int64(market.ledger.account.count))
        page.gauge("players", "Plays that run.", Double(players.running.count))
        return page.text
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
