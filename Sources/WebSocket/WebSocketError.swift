/// Why a connection did not come about, or a server could not listen.
public struct WebSocketError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure, for whoever decides whether to try again.
    public enum Kind: Sendable, Equatable {
        /// The URL or address is not one.
        case address
        /// Name look-up failed, the host refused, is unreachable or did not answer in time.
        case network
        /// The server's certificate is not trusted or not for this host, or TLS failed otherwise.
        case tls
        /// The server answered the handshake with this HTTP status instead of 101.
        case status(Int)
        /// The server's answer is not a WebSocket handshake.
        case handshake
        /// A server could not take its address.
        case listen
        /// libwebsockets itself failed.
        case library
    }

    /// What kind of failure.
    public let kind: Kind
    /// One line for a person; never holds a query or password.
    public let message: String

    /// Makes an error.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The one line.
    public var description: String { message }
}
