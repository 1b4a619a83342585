import WebSocket

/// One client, as the service thread sees it.
///
/// `@unchecked Sendable`: only the service thread touches what is not a constant; `outbox` is made for two threads.
final class ExchangeClient: @unchecked Sendable {
    let number: Int
    private(set) var outbox: ClientOutbox
    /// Who plays for it, once something does.
    var player: PlayerHandle?
    private var session: WebSocketSession?
    private let market: ExchangeMarket

    init(number: Int, session: WebSocketSession, market: ExchangeMarket, loop: ServiceLoop) {
        self.number = number
        self.session = session
        self.market = market
        let subscriptions = ClientSubscriptions(limit: market.configuration.maximumSymbols)
        outbox = ClientOutbox(
            number: number, limit: market.configuration.queueBytes, subscriptions: subscriptions, notify: {})
        outbox = ClientOutbox(
            number: number, limit: market.configuration.queueBytes, subscriptions: subscriptions,
            notify: { [weak self] in
                guard let client = self else { return }
                loop.perform { client.pump() }
            })
    }

    /// Hands what is queued to the connection, if that has room.
    func pump() {
        // A half-open connection answers no protocol ping: those are libwebsockets' to answer as long as it reads them.
        if outbox.carriage == .nothing { session?.stopReading() }
        guard let session, session.queuedBytes < market.configuration.queueBytes else { return }
        let (block, end) = outbox.take()
        var start = 0
        for entry in block.entries {
            session.send(block.bytes.span.extracting(start..<entry.end), kind: entry.kind)
            start = entry.end
        }
        if !block.isEmpty {
            market.count {
                $0.sentMessages += block.entries.count
                $0.sentBytes += block.bytes.count
            }
        }
        switch end {
        case nil: break
        case .abandon: session.drop()
        case .drop: session.dropWhenSent()
        case .played: if market.configuration.atEnd == .close { session.dropWhenSent() }
        }
    }

    /// Sends a message that is on no tape.
    func send(_ text: String) {
        guard let session, outbox.carriage != .nothing else { return }
        session.send(Array(text.utf8).span)
    }

    /// Sends a sign of life if no tape plays for the client.
    func pingIfIdle() {
        guard player?.isPlaying != true || outbox.carriage == .pingsOnly else { return }
        guard !outbox.hasEnded || market.configuration.atEnd == .idle else { return }
        send("{\"type\":\"ping\"}")
    }

    func drop() { session?.drop() }

    /// Lets go of a half-open connection that the client has given up: nothing else would notice.
    func dropIfDeserted() { if outbox.carriage == .nothing, session?.isDeserted == true { drop() } }

    /// The connection has ended.
    func close() {
        session = nil
        outbox.close()
        guard let player else { return }
        player.remove(outbox)
        if !player.isShared { player.stop() }
    }
}
