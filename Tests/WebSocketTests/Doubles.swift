import Foundation
import Synchronization
import WebSocket

/// Tells what a client heard, as texts, in order; tests wait for events, never for time.
final class ClientEvents: WebSocketClientHandler, Sendable {
    private let events = Mutex<[String]>([])
    private let arrived = DispatchSemaphore(value: 0)
    let keepsMessages: Bool
    let received = Mutex<[[UInt8]]>([])
    let kinds = Mutex<[WebSocketMessageKind]>([])

    init(keepsMessages: Bool = false) { self.keepsMessages = keepsMessages }

    func webSocketOpened() { tell("opened") }
    func webSocketReceived(_ bytes: Span<UInt8>, kind: WebSocketMessageKind) {
        let message = bytes.withUnsafeBufferPointer { Array($0) }
        if keepsMessages {
            received.withLock { $0.append(message) }
            kinds.withLock { $0.append(kind) }
        } else {
            tell("\(kind) \(String(decoding: message, as: UTF8.self))")
        }
    }
    func webSocketReceivedTooLong(bytes: Int) { tell("too long \(bytes)") }
    func webSocketReceivedPong() { tell("pong") }
    func webSocketClosed(_ closure: WebSocketClosure) {
        tell("closed by \(closure.by) \(closure.code.map(String.init) ?? "-") \(closure.reason)")
    }
    func webSocketFailed(_ error: WebSocketError) { tell("failed \(error.kind): \(error)") }

    private func tell(_ event: String) {
        events.withLock { $0.append(event) }
        arrived.signal()
    }

    /// The next event; a test that waits longer than the limit gets "nothing".
    func next() -> String {
        guard arrived.wait(timeout: .now() + 20) == .success else { return "nothing" }
        return events.withLock { $0.removeFirst() }
    }
}

/// A server that answers by path and echoes messages.
final class EchoHandler: HTTPServerHandler {
    func respond(to request: HTTPRequest) -> HTTPResponse {
        switch request.path {
        case "/big": HTTPResponse(body: String(repeating: "x", count: 3_000_000))
        case "/echo": .json("\(request.method) \(request.query.map { "\($0.name)=\($0.value)" }) \(request.body.count)")
        default: HTTPResponse(status: 404, body: "no such page\n")
        }
    }
    func decide(on request: HTTPRequest) -> WebSocketDecision {
        switch request.value(of: "token") {
        case "right": .accept
        case "busy": .refuse(status: 429)
        default: .refuse(status: 401)
        }
    }
    func received(_ bytes: Span<UInt8>, kind: WebSocketMessageKind, from session: WebSocketSession) {
        switch bytes.withUnsafeBufferPointer({ String(decoding: $0, as: UTF8.self) }) {
        case "bye": session.close(code: 4001, reason: "as you wish")
        case "drop": session.drop()
        case "flood":
            for number in 0..<100_000 { session.send(Array("\(number)".utf8).span) }
        case "ping": session.ping()
        default: session.send(bytes, kind: kind)
        }
    }
}
