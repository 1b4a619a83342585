import JSONText
import WebSocket

/// Answers `/livez`, `/readyz`, `/metrics` and `/status`.
final class StatusPage: HTTPServerHandler {
    private let status: @Sendable () -> RecorderStatus

    init(status: @escaping @Sendable () -> RecorderStatus) { self.status = status }

    func respond(to request: HTTPRequest) -> HTTPResponse {
        guard request.method == "GET" || request.method == "HEAD" else {
            var refusal = HTTPResponse(status: 405, body: "only GET is answered\n")
            refusal.headers = [("allow", "GET, HEAD")]
            return refusal
        }
        let status = status()
        let now = SystemClocks.monotonic()
        switch request.path {
        case "/livez":
            return status.isAlive(at: now)
                ? HTTPResponse(body: "ok\n")
                : HTTPResponse(status: 503, body: "the feed's thread does not come round\n")
        case "/readyz":
            return status.obstacle(at: now).map { HTTPResponse(status: 503, body: $0 + "\n") }
                ?? HTTPResponse(body: "ok\n")
        case "/metrics": return .metrics(RecorderMetrics.text(status, at: now))
        case "/status": return .json(status.json.canonical)
        case "/": return HTTPResponse(body: "/livez\n/readyz\n/metrics\n/status\n")
        default: return HTTPResponse(status: 404, body: "there are /livez, /readyz, /metrics and /status\n")
        }
    }
}

extension RecorderStatus {
    /// The status as one JSON object, for logs and pages.
    public var json: JSONValue {
        var fields: [String: JSONValue] = [
            "stream": .string(stream), "path": .string(path), "source": .string(source),
            "connected": .bool(isConnected), "gapOpen": .bool(gapSince != nil), "frames": .int(frames),
            "trades": .int(trades), "frameBytes": .int(frameBytes), "lines": .int(capture.lines),
            "tapeBytes": .int(capture.tapeBytes), "droppedFrames": .int(capture.droppedFrames),
            "connects": .int(connects), "stalls": .int(counters.stalls), "gaps": .int(counters.gaps),
            "symbols": JSONValue(symbols), "liveSymbols": JSONValue(liveSymbols), "upSeconds": .double(upSeconds),
            "outOfSpace": .bool(capture.isOutOfSpace), "parts": .int(capture.closedParts),
        ]
        if let lagMilliseconds { fields["lagMilliseconds"] = .int(lagMilliseconds) }
        if let free = capture.freeBytes { fields["freeBytes"] = .int(free) }
        if let days = daysUntilFull { fields["daysUntilFull"] = .double(days) }
        if let publish {
            fields["published"] = JSONValue(publish.acknowledged)
            fields["publishOutstanding"] = JSONValue(publish.outstanding)
            fields["publishBacklogLines"] = .int(publish.backlogLines)
            fields["publishBehind"] = .bool(publish.isBehind)
        }
        return .object(fields)
    }
}
