import Foundation
import JSONText
import WebSocket

/// What can be controlled over HTTP: a replay, or all players of an exchange.
public protocol Controllable: Sendable {
    /// Sends a command.
    ///
    /// - Returns: false if more commands wait than anyone means.
    func send(_ command: ReplayControl) -> Bool
    /// Where it stands.
    var statusJSON: JSONValue { get }
    /// The same for Prometheus, text format 0.0.4.
    var metrics: String { get }
}

/// `GET /status` and `/metrics`, and a `POST` for each command, with JSON: one command type, one state machine behind it.
///
/// Commands take effect in order and before the next record; the answer does not wait for it. `commands` in the status
/// counts those that have.
struct ControlRoutes {
    private static let paths = ["/pause", "/resume", "/toggle", "/speed", "/seek", "/step", "/stop"]
    /// Lengths of a request's body.
    private static let longestBody = 4096

    /// Reads an instant such as `2024-08-09T13:30:00Z`, in ns since the epoch.
    private let instant: @Sendable (String) -> Int64?

    private let crossSite: CrossSiteGuard

    init(on address: ListenAddress, instant: @escaping @Sendable (String) -> Int64?) {
        crossSite = CrossSiteGuard(address)
        self.instant = instant
    }

    /// Answers a request; nil: it is none of ours.
    func respond(to request: HTTPRequest, for target: some Controllable) -> HTTPResponse? {
        if request.path == "/status" || request.path == "/metrics" {
            guard request.method == "GET" || request.method == "HEAD" else { return Self.refusal(405, allow: "GET") }
            return request.path == "/status" ? .json(target.statusJSON.canonical) : .metrics(target.metrics)
        }
        guard Self.paths.contains(request.path) else { return nil }
        guard request.method == "POST" else { return Self.refusal(405, allow: "POST") }
        if let objection = crossSite.objection(to: request) { return Self.error(403, objection) }
        switch command(request.path, request.body) {
        case .failure(let refusal): return Self.error(400, refusal.text)
        case .success(let command):
            guard target.send(command) else { return Self.error(503, "too many commands wait: send them more slowly") }
            return .json(#"{"accepted":true}"#)
        }
    }

    /// Why a body is not accepted.
    struct Refusal: Error {
        let text: String
    }

    /// The command of a path and a body.
    func command(_ path: String, _ body: [UInt8]) -> Result<ReplayControl, Refusal> {
        guard body.count <= Self.longestBody else { return .failure(Refusal(text: "the body is too long")) }
        var fields: [String: Any] = [:]
        if !body.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D }) {
            guard let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] else {
                return .failure(Refusal(text: "the body is no JSON object"))
            }
            fields = object
        }
        switch path {
        case "/pause": return .success(.pause)
        case "/resume": return .success(.resume)
        case "/toggle": return .success(.toggle)
        case "/stop": return .success(.stop)
        case "/speed": return speed(fields)
        case "/step": return step(fields)
        default: return seek(fields)
        }
    }

    private func speed(_ fields: [String: Any]) -> Result<ReplayControl, Refusal> {
        let refusal = Refusal(
            text:
                #"write {"speed":"S"}, S \#(ReplaySpeed.speedRange), or {"perSecond":"N"}, N \#(ReplaySpeed.perSecondRange)"#
        )
        func text(_ value: Any) -> String? { value as? String ?? (value as? NSNumber).map { "\($0)" } }
        if let value = fields["speed"] {
            return text(value).flatMap { try? ReplaySpeed(speed: $0) }.map { .success(.speed($0)) } ?? .failure(refusal)
        }
        guard let speed = fields["perSecond"].flatMap(text).flatMap({ try? ReplaySpeed(perSecond: $0) }) else {
            return .failure(refusal)
        }
        return .success(.speed(speed))
    }

    private func step(_ fields: [String: Any]) -> Result<ReplayControl, Refusal> {
        guard let value = fields["frames"] else { return .success(.step(1)) }
        guard let count = (value as? NSNumber)?.intValue, (1...1_000_000).contains(count) else {
            return .failure(Refusal(text: #"write {"frames":N}, N 1 to 1000000, or nothing for one"#))
        }
        return .success(.step(count))
    }

    private func seek(_ fields: [String: Any]) -> Result<ReplayControl, Refusal> {
        if let text = fields["to"] as? String, let time = instant(text) { return .success(.seek(.instant(time))) }
        if let offset = Self.nanoseconds(fields["offsetSeconds"]), offset >= 0 {
            return .success(.seek(.offset(offset)))
        }
        if let distance = Self.nanoseconds(fields["bySeconds"]) { return .success(.seek(.distance(distance))) }
        return .failure(
            Refusal(
                text:
                    #"write {"to":"2024-08-09T13:30:00Z"}, {"offsetSeconds":90} from the tape's start, or {"bySeconds":-10}"#
            ))
    }

    private static func nanoseconds(_ value: Any?) -> Int64? {
        guard let seconds = (value as? NSNumber)?.doubleValue, seconds.magnitude < 4e9 else { return nil }
        return Int64((seconds * 1e9).rounded())
    }

    private static func refusal(_ status: Int, allow: String) -> HTTPResponse {
        var response = error(status, "use \(allow)")
        response.headers = [("allow", allow)]
        return response
    }

    private static func error(_ status: Int, _ text: String) -> HTTPResponse {
        .json(JSONValue.object(["error": .string(text)]).canonical, status: status)
    }
}
