/// The two kinds of message (RFC 6455, section 5.6).
public enum WebSocketMessageKind: Sendable, Equatable {
    /// Text; the bytes are as sent and not checked to be UTF-8.
    case text
    /// Binary.
    case binary
}

/// How a connection ended.
public struct WebSocketClosure: Sendable, Equatable {
    /// Who ended it.
    public enum Side: String, Sendable {
        /// The server sent a close frame.
        case server
        /// We did.
        case client
        /// The socket ended without a close frame (code 1006 in RFC 6455).
        case network
    }

    /// Who ended it.
    public let by: Side
    /// The close frame's code, nil where there was none.
    public let code: Int?
    /// The close frame's reason, as valid UTF-8; empty where there was none.
    public let reason: String

    /// Makes a closure.
    public init(by: Side, code: Int? = nil, reason: String = "") {
        self.by = by
        self.code = code
        self.reason = reason
    }
}

/// What a client tells; all on the service thread.
public protocol WebSocketClientHandler: AnyObject {
    /// The handshake is done.
    func webSocketOpened()
    /// A message is complete. The bytes are valid during the call only.
    func webSocketReceived(_ bytes: Span<UInt8>, kind: WebSocketMessageKind)
    /// A message went over the limit; its bytes were thrown away, its length is told.
    func webSocketReceivedTooLong(bytes: Int)
    /// A pong came; it may be a proxy's.
    func webSocketReceivedPong()
    /// The open connection ended; nothing follows.
    func webSocketClosed(_ closure: WebSocketClosure)
    /// The connection did not come about; nothing follows.
    func webSocketFailed(_ error: WebSocketError)
}
