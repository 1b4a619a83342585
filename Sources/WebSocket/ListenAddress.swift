/// Where a server listens: a TCP address or a Unix socket.
public enum ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// An interface's IP address and a port; port 0 takes a free one.
    case tcp(host: String, port: Int)
    /// A socket in the file system, created with mode 0600.
    case unix(path: String)

    /// Parses `127.0.0.1:PORT`, `[::1]:PORT` or `unix:PATH`.
    ///
    /// - Throws: `WebSocketError` of kind `address`.
    public init(_ text: String) throws(WebSocketError) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard !path.isEmpty, path.utf8.count < 108 else {
                throw WebSocketError(.address, "'\(text)' names no usable socket: the path has 1 to 107 bytes")
            }
            self = .unix(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else {
            throw WebSocketError(.address, "'\(text)' is no address to listen on; write 127.0.0.1:PORT or unix:PATH")
        }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else {
            throw WebSocketError(
                .address, "'\(text)' names no interface; write 127.0.0.1:\(port) to stay on this machine")
        }
        self = .tcp(host: String(host), port: port)
    }

    /// Whether only this machine can reach it.
    public var isLocal: Bool {
        switch self {
        case .unix: true
        case .tcp(let host, _): host == "localhost" || host == "::1" || host.hasPrefix("127.")
        }
    }

    /// The text that ``init(_:)`` takes.
    public var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}
