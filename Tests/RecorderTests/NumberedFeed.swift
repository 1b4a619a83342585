import Dispatch
import Foundation
import Synchronization
import WebSocket

/// A server of numbered frames: goes on over reconnects and never repeats a number.
///
/// `@unchecked Sendable`: numbers and sessions are touched on the server's loop only; what tests read is behind a mutex.
final class NumberedFeed: HTTPServerHandler, @unchecked Sendable {
    /// What a test may ask for.
    struct Told: Sendable {
        var subscribed: [String] = []
        var unsubscribed: [String] = []
        var queries: [String] = []
        /// Numbers at which connections began.
        var starts: [Int] = []
        var sent = 0
        var closed = 0
    }

    /// One frame of the feed.
    static func frame(_ number: Int, symbol: String = "AAPL") -> [UInt8] {
        let price = "\(100 + number % 1000 / 100).\(number % 100)"
        return Array(
            #"{"data":[{"c":["1"],"p":\#(price),"s":"\#(symbol)","t":\#(1_700_000_000_000 + number),"v":\#(number % 900)}],"type":"trade"}"#
                .utf8)
    }

    /// The number of a frame of the feed; nil for any other.
    static func number(of frame: [UInt8]) -> Int? {
        let text = String(decoding: frame, as: UTF8.self)
        guard let start = text.range(of: #""t":"#)?.upperBound else { return nil }
        return Int(text[start...].prefix { $0.isNumber }).map { $0 - 1_700_000_000_000 }
    }

    let loop: ServiceLoop
    private(set) var port = 0
    /// Frames sent at a time, and the pause between two times in microseconds; none: as fast as the socket takes them.
    private let burst: Int
    private let pause: Int
    private let limit: Int
    private let told = Mutex(Told())
    private let stir = DispatchSemaphore(value: 0)
    private var sessions: [WebSocketSession] = []
    private var number = 0
    /// When the next burst is due.
    private var nextBurst: ContinuousClock.Instant?
    private var answer: WebSocketDecision = .accept
    /// Frames that a new session gets before the numbered ones.
    var prelude: [[UInt8]] = []

    init(burst: Int = 200, pauseMicroseconds: Int = 10_000, limit: Int = .max) throws {
        loop = try ServiceLoop(name: "numbers")
        self.burst = burst
        pause = pauseMicroseconds
        self.limit = limit
        let server = try HTTPServer.start(on: .tcp(host: "127.0.0.1", port: 0), loop: loop, handler: self)
        if case .tcp(_, let port) = server.address { self.port = port }
    }

    var url: String { "ws://127.0.0.1:\(port)/" }
    var state: Told { told.withLock { $0 } }

    /// Waits until the state is as wanted.
    ///
    /// - Returns: false when a long time has passed without.
    func wait(_ isThere: (Told) -> Bool) -> Bool {
        for _ in 0..<3000 {
            if isThere(state) { return true }
            _ = stir.wait(timeout: .now() + .milliseconds(20))
        }
        return false
    }

    /// Refuses or accepts further handshakes.
    func answer(_ decision: WebSocketDecision) { loop.perform { self.answer = decision } }

    /// Ends every session without a close frame.
    func dropAll() { loop.perform { for session in self.sessions { session.drop() } } }
    /// Ends every session with a close frame.
    func closeAll() { loop.perform { for session in self.sessions { session.close(code: 1001, reason: "going") } } }
    /// Sends the same bytes to every session.
    func send(_ bytes: [UInt8], kind: WebSocketMessageKind = .text) {
        loop.perform { for session in self.sessions { session.send(bytes.span, kind: kind) } }
    }
    func stop() { loop.stop() }

    private func tell(_ change: (inout Told) -> Void) {
        told.withLock { change(&$0) }
        stir.signal()
    }

    // MARK: - On the loop

    func respond(to request: HTTPRequest) -> HTTPResponse { HTTPResponse(status: 404, body: "no\n") }
    func decide(on request: HTTPRequest) -> WebSocketDecision {
        let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        tell { $0.queries.append(query) }
        return answer
    }
    func received(_ bytes: Span<UInt8>, kind: WebSocketMessageKind, from session: WebSocketSession) {
        let text = bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        let symbol = text.range(of: #""symbol":""#).map { String(text[$0.upperBound...].dropLast(2)) } ?? ""
        let isSubscription = text.contains(#""type":"subscribe""#)
        tell { if isSubscription { $0.subscribed.append(symbol) } else { $0.unsubscribed.append(symbol) } }
        guard isSubscription, session.owner == nil else { return }
        session.owner = self  // it has begun
        tell { $0.starts.append(self.number) }
        for frame in prelude { session.send(frame.span) }
        push(session)
    }
    func opened(_ session: WebSocketSession) { sessions.append(session) }
    func closed(_ session: WebSocketSession) {
        sessions.removeAll { $0 === session }
        tell { $0.closed += 1 }
    }
    func drained(_ session: WebSocketSession) { if pause == 0, session.owner != nil { push(session) } }

    private func push(_ session: WebSocketSession) {
        guard sessions.contains(where: { $0 === session }), number < limit else { return }
        if session.queuedBytes < 1 << 20 {
            for _ in 0..<min(due, limit - number) {
                session.send(Self.frame(number).span)
                number += 1
            }
            tell { $0.sent = self.number }
        }
        if pause > 0 { loop.after(.microseconds(pause)) { [weak self] in self?.push(session) } }
    }

    /// How many frames the rate asks for by now: a timer that comes late costs nothing, up to twenty bursts.
    private var due: Int {
        guard pause > 0 else { return burst }
        let now = ContinuousClock.now
        var next = nextBurst ?? now
        var bursts = 0
        while next <= now, bursts < 20 {
            bursts += 1
            next += .microseconds(pause)
        }
        nextBurst = max(next, now)
        return burst * bursts
    }
}
