import WebSocket

/// One connection's handler: passes on what it hears as long as it is the present one.
///
/// All on the feed's thread.
final class FeedConnection: WebSocketClientHandler {
    // Held until the driver forgets this connection: a weak reference would cost more per message than storing it.
    private var driver: FeedDriver?
    private(set) var client: WebSocketClient?

    /// Starts to connect.
    init(driver: FeedDriver, loop: ServiceLoop, configuration: WebSocketClientConfiguration) {
        self.driver = driver
        client = WebSocketClient(loop: loop, configuration: configuration, handler: self)
    }

    /// The session has moved on: what this connection still tells counts for nothing.
    func forget() {
        driver = nil
        client = nil
    }

    func webSocketOpened() { driver?.opened() }
    func webSocketReceived(_ bytes: Span<UInt8>, kind: WebSocketMessageKind) { driver?.received(bytes, kind: kind) }
    func webSocketReceivedTooLong(bytes: Int) { driver?.receivedTooLong(bytes: bytes) }
    func webSocketReceivedPong() { driver?.receivedPong() }
    func webSocketClosed(_ closure: WebSocketClosure) { driver?.closed(closure) }
    func webSocketFailed(_ error: WebSocketError) { driver?.failed(error) }
}
