/// A `ws://` or `wss://` address.
///
/// Its query may hold a key and never shows in ``description``.
public struct WebSocketURL: Sendable, Equatable, CustomStringConvertible {
    /// Whether the connection is encrypted (`wss`).
    public let isSecure: Bool
    /// Host name or IP address, without brackets.
    public let host: String
    /// TCP port; 80 or 443 where the text names none.
    public let port: Int
    /// Path, `/` at least.
    public let path: String
    /// Query without `?`, nil if there is none; secret.
    public var query: String?
    private let namesPort: Bool

    /// Parses an address.
    ///
    /// - Throws: `WebSocketError` of kind `address`, without the query.
    public init(_ text: String) throws(WebSocketError) {
        let shown = text.prefix { $0 != "?" }
        func refused(_ why: String) -> WebSocketError {
            WebSocketError(
                .address, "'\(shown)' is no WebSocket address: \(why); write ws://HOST[:PORT]/ or wss://HOST/")
        }
        guard let mark = text.range(of: "://") else { throw refused("it has no scheme") }
        switch text[..<mark.lowerBound].lowercased() {
        case "ws": isSecure = false
        case "wss": isSecure = true
        default: throw refused("the scheme must be ws or wss")
        }
        var rest = text[mark.upperBound...]
        guard !rest.contains(where: { $0.isWhitespace || $0.asciiValue.map { $0 < 0x20 } ?? false }) else {
            throw refused("it holds white space")
        }
        if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
        if let question = rest.firstIndex(of: "?") {
            query = String(rest[rest.index(after: question)...])
            rest = rest[..<question]
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        path = slash == rest.endIndex ? "/" : String(rest[slash...])
        var authority = rest[..<slash]
        guard !authority.contains("@") else { throw refused("user and password are not supported") }
        var portText: Substring?
        if authority.first == "[", let close = authority.firstIndex(of: "]") {
            let after = authority[authority.index(after: close)...]
            if !after.isEmpty {
                guard after.first == ":" else { throw refused("a port follows ']' after ':'") }
                portText = after.dropFirst()
            }
            authority = authority[authority.index(after: authority.startIndex)..<close]
        } else if let colon = authority.lastIndex(of: ":") {
            portText = authority[authority.index(after: colon)...]
            authority = authority[..<colon]
        }
        guard !authority.isEmpty else { throw refused("it has no host") }
        host = String(authority)
        if let portText {
            guard let number = Int(portText), (1...65535).contains(number) else {
                throw refused("the port must be 1 to 65535")
            }
            port = number
        } else {
            port = isSecure ? 443 : 80
        }
        namesPort = portText != nil
    }

    /// The address without its query, as logs, errors and tapes show it.
    public var description: String {
        "\(isSecure ? "wss" : "ws")://\(hostAndPort)\(path)"
    }

    /// What the `Host` header says.
    var hostAndPort: String {
        let shown = host.contains(":") ? "[\(host)]" : host
        return namesPort ? "\(shown):\(port)" : shown
    }

    /// Path and query as requested; secret.
    var requestTarget: String { query.map { "\(path)?\($0)" } ?? path }
}
