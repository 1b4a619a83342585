import Tape
import WebSocket

/// What a session wants done; the caller does it, in order.
enum SessionAction: Sendable, Equatable {
    /// Open a connection.
    case connect
    /// Write a subscription, or take one back.
    case subscribe(String, isWanted: Bool)
    /// Send a protocol ping.
    case ping
    /// End the connection with a close frame.
    case close
    /// Drop the connection.
    case abort
    /// Write an event to the tape, with the receive time of the input.
    case record(TapeEvent)
    /// Tell an operator.
    case tell(SessionNotice)
    /// The session is over.
    case finish(SessionEnd)
}

/// What an operator is told of a session.
enum SessionNotice: Sendable, Equatable {
    /// The handshake is done.
    case connected(attempt: Int64)
    /// All subscriptions are written.
    case subscribed(symbols: Int)
    /// The connection ended.
    case disconnected(WebSocketClosure, upSeconds: Int64)
    /// The connection did not come about.
    case failed(WebSocketError)
    /// The next attempt comes after this many ms.
    case waiting(milliseconds: Int64, attempt: Int64)
    /// No frame for so long; the connection is still up.
    case quiet(seconds: Int64)
    /// No frame for so long; the connection is given up.
    case stalled(seconds: Int64)
    /// Trades may be missing.
    case gap(from: Int64, cause: String)
    /// The feed is back after so many ms.
    case resumed(milliseconds: Int64)
    /// The server sent an error; the connection stays.
    case serverError(String)
    /// Connections end again and again soon after they began: the key may be used elsewhere.
    case keepsDropping(times: Int)
}

/// How a session ended.
enum SessionEnd: Sendable, Equatable {
    /// As asked.
    case stopped
    /// The server does not accept the key.
    case refused(WebSocketError)
}
