import JSONText
import WebSocket

/// Speaks Finnhub's protocol with all clients; on the service thread.
final class ExchangeHandler: HTTPServerHandler {
    private let market: ExchangeMarket
    private let players: PlayerTable
    private let loop: ServiceLoop
    private let routes: ControlRoutes
    private var clients: [ExchangeClient] = []
    private var connections = 0
    /// Who plays for everyone.
    private var shared: PlayerHandle?

    init(market: ExchangeMarket, players: PlayerTable, loop: ServiceLoop, routes: ControlRoutes) {
        self.market = market
        self.players = players
        self.loop = loop
        self.routes = routes
    }

    // MARK: - Connections

    func decide(on request: HTTPRequest) -> WebSocketDecision {
        guard request.path == "/" || request.path.isEmpty else { return .refuse(status: 404) }
        if let token = market.configuration.token, request.value(of: "token") != token {
            market.count { $0.refusedTokens += 1 }
            return .refuse(status: 401)
        }
        connections += 1
        if market.ledger.refuses(connection: connections) {
            market.ledger.note(.init(kind: .refuse, client: nil, place: nil))
            market.count { $0.refusedByFault += 1 }
            return .refuse(status: 429)
        }
        guard clients.count < market.configuration.maximumClients else {
            market.count { $0.refusedClients += 1 }
            return .refuse(status: 503)
        }
        return .accept
    }

    func opened(_ session: WebSocketSession) {
        let number = market.counts.withLock { counts in
            counts.clients += 1
            counts.openClients += 1
            return counts.clients
        }
        let client = ExchangeClient(number: number, session: session, market: market, loop: loop)
        session.owner = client
        clients.append(client)
        market.log.say(.info, "client-connected", ["client": JSONValue(number)])
        if clients.count > 1, market.ledger.isExclusive(connection: connections) {
            for client in clients {
                market.ledger.note(.init(kind: .exclusive, client: client.number, place: nil))
                client.drop()
            }
            return
        }
        if let shared {
            client.player = shared
            shared.add(client.outbox)
        }
        schedulePing(client)
    }

    func closed(_ session: WebSocketSession) {
        guard let client = session.owner as? ExchangeClient else { return }
        session.owner = nil
        clients.removeAll { $0 === client }
        client.close()
        market.count { $0.openClients -= 1 }
        market.log.say(.info, "client-gone", ["client": JSONValue(client.number)])
    }

    func drained(_ session: WebSocketSession) { (session.owner as? ExchangeClient)?.pump() }

    private func schedulePing(_ client: ExchangeClient) {
        loop.after(market.configuration.pingInterval) { [weak self, weak client] in
            guard let self, let client, clients.contains(where: { $0 === client }) else { return }
            client.pingIfIdle()
            client.dropIfDeserted()
            schedulePing(client)
        }
    }

    // MARK: - Requests

    func received(_ bytes: Span<UInt8>, kind: WebSocketMessageKind, from session: WebSocketSession) {
        guard let client = session.owner as? ExchangeClient else { return }
        switch ExchangeRequest(bytes) {
        case .ignored: market.count { $0.ignoredMessages += 1 }
        case .unsubscribe(let symbol): client.outbox.unsubscribe(symbol)
        case .subscribe(let symbol):
            switch client.outbox.subscribe(symbol) {
            case .tooMany:
                market.count { $0.refusedSubscriptions += 1 }
                client.send("{\"msg\":\"Subscribing to too many symbols\",\"type\":\"error\"}")
            case .added, .unchanged: startIfReady(client)
            }
        }
    }

    /// Starts to play once the client, or in a shared market all clients together, have subscribed to enough.
    private func startIfReady(_ client: ExchangeClient) {
        guard client.player == nil else { return }
        if market.configuration.waitsForSubscriptions {
            let who = market.configuration.isShared ? clients : [client]
            let subscribed = who.reduce(into: Set<String>()) { $0.formUnion($1.outbox.symbols) }
            guard market.symbols.isSubset(of: subscribed) else { return }
        }
        let isShared = market.configuration.isShared
        let player = PlayerHandle(
            number: isShared ? 0 : client.number, isShared: isShared, time: market.makeTime(),
            speed: market.configuration.speed)
        for client in isShared ? clients : [client] {
            client.player = player
            player.add(client.outbox)
        }
        if isShared { shared = player }
        guard players.add(player) else { return }
        market.log.say(.info, "play", ["client": isShared ? "all" : JSONValue(client.number)])
        MarketPlayer.start(player, in: market)
    }

    // MARK: - HTTP

    func respond(to request: HTTPRequest) -> HTTPResponse {
        // Whoever can only reach the market must not be able to stop it.
        if market.configuration.listen.isLocal,
            let response = routes.respond(to: request, for: ExchangeControls(market: market, players: players))
        {
            return response
        }
        return HTTPResponse(
            status: 426, body: "a Finnhub-compatible WebSocket: connect to ws://…/?token=… and subscribe\n")
    }
}
