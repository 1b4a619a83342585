import Tape
import WebSocket

@testable import Recorder

/// Drives a session in virtual time and writes down what it wants done.
struct VirtualFeed {
    /// Receive times are monotonic times plus this.
    static let epoch: Int64 = 1_700_000_000_000_000_000

    var session: RecordingSession
    var now: Int64 = 0
    var done: [(at: Int64, action: SessionAction)] = []
    /// How often the timer rang.
    var rings = 0
    /// How far the timer is late.
    var lateness: Int64 = 0

    init(symbols: [String] = ["AAPL"], gapSince: Int64? = nil, seed: UInt64 = 1) {
        let random = SeededRandom(seed: seed)
        session = RecordingSession(symbols: symbols, gapSince: gapSince) { random.next(in: $0) }
    }

    var moment: Moment { Moment(monotonic: now, receive: now + Self.epoch) }

    mutating func run(_ input: (inout RecordingSession, Moment) -> [SessionAction]) {
        let at = now
        done += input(&session, moment).map { (at, $0) }
    }

    /// Lets time pass; the timer rings when it is due.
    mutating func advance(seconds: Double) {
        let end = now + Int64(seconds * 1e9)
        while let deadline = session.nextDeadline, max(deadline, now) + lateness <= end {
            now = max(now, deadline) + lateness
            rings += 1
            run { $0.timeout(at: $1) }
        }
        now = end
    }

    mutating func start() { run { $0.start(at: $1) } }
    mutating func open() { run { $0.opened(at: $1) } }
    mutating func frame() { run { $0.frame(at: $1) } }
    mutating func close(_ side: WebSocketClosure.Side = .network, code: Int? = nil) {
        run { $0.closed(WebSocketClosure(by: side, code: code), at: $1) }
    }
    mutating func fail(_ kind: WebSocketError.Kind = .network) {
        run { $0.failed(WebSocketError(kind, "no"), at: $1) }
    }

    /// A live connection with its subscriptions written.
    static func live(symbols: [String] = ["AAPL"]) -> VirtualFeed {
        var feed = VirtualFeed(symbols: symbols)
        feed.start()
        feed.open()
        feed.advance(seconds: Double(symbols.count) * 0.03)
        return feed
    }

    /// The events for the tape, in order.
    var events: [TapeEvent] {
        done.compactMap { if case .record(let event) = $0.action { event } else { nil } }
    }
    func count(_ action: SessionAction) -> Int { done.count { $0.action == action } }
    mutating func forget() { done = [] }

    /// Waits between an end and the next attempt, ns.
    var waits: [Int64] {
        done.compactMap {
            if case .tell(.waiting(let milliseconds, _)) = $0.action { milliseconds * 1_000_000 } else { nil }
        }
    }
}
