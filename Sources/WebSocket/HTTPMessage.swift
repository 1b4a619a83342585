/// A request as a server gets it.
public struct HTTPRequest: Sendable {
    /// `GET`, `POST` or another method's name.
    public let method: String
    /// The path, percent-decoded by libwebsockets.
    public let path: String
    /// The query's `key=value` pairs, in order, percent-decoded.
    public let query: [(name: String, value: String)]
    /// The header `Host`: the name under which the client knows this server.
    public let host: String?
    /// The header `Origin`: where the page comes from whose script or form sent this; only browsers send it.
    public let origin: String?
    /// The body of a POST.
    public let body: [UInt8]

    /// The first value of a query parameter.
    public func value(of name: String) -> String? { query.first { $0.name == name }?.value }
}

/// What a server answers.
public struct HTTPResponse: Sendable {
    /// The status code.
    public var status: Int
    /// The media type, with its character set.
    public var contentType: String
    /// The body.
    public var body: [UInt8]
    /// Further headers, such as `("allow", "GET")`.
    public var headers: [(name: String, value: String)] = []

    /// Makes a response.
    public init(status: Int = 200, contentType: String = "text/plain; charset=utf-8", body: String) {
        self.status = status
        self.contentType = contentType
        self.body = Array(body.utf8)
    }

    /// A JSON response.
    public static func json(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "application/json", body: text + "\n")
    }

    /// Metrics for Prometheus, text format 0.0.4.
    public static func metrics(_ text: String) -> HTTPResponse {
        HTTPResponse(contentType: "text/plain; version=0.0.4; charset=utf-8", body: text)
    }
}

/// What a server does with a request for a WebSocket.
public enum WebSocketDecision: Sendable {
    /// Answers 101.
    case accept
    /// Answers with this status and closes.
    case refuse(status: Int)
}

/// What answers a server's clients; all on the loop's thread, so none of it may block.
public protocol HTTPServerHandler: AnyObject {
    /// Answers a request that asks for no WebSocket.
    func respond(to request: HTTPRequest) -> HTTPResponse
    /// Decides on a request for a WebSocket.
    func decide(on request: HTTPRequest) -> WebSocketDecision
    /// A WebSocket is open.
    func opened(_ session: WebSocketSession)
    /// A message is complete; the bytes are valid during the call only.
    func received(_ bytes: Span<UInt8>, kind: WebSocketMessageKind, from session: WebSocketSession)
    /// What was to be sent has been handed to the system; more can be queued.
    func drained(_ session: WebSocketSession)
    /// The WebSocket has ended.
    func closed(_ session: WebSocketSession)
}

extension HTTPServerHandler {
    /// A server without WebSockets refuses them.
    public func decide(on request: HTTPRequest) -> WebSocketDecision { .refuse(status: 404) }
    /// Nothing by default.
    public func opened(_ session: WebSocketSession) {}
    /// Nothing by default.
    public func received(_ bytes: Span<UInt8>, kind: WebSocketMessageKind, from session: WebSocketSession) {}
    /// Nothing by default.
    public func drained(_ session: WebSocketSession) {}
    /// Nothing by default.
    public func closed(_ session: WebSocketSession) {}
}
