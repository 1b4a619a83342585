import Tape
import WebSocket

/// The life of a capture as a pure state machine: no clock, no socket, no randomness of its own.
///
/// Each input comes with its moment and returns what to do. ``nextDeadline`` says when ``timeout(at:)`` is due; a call
/// before that does nothing, so a caller may set its timer once and need not move it with every frame.
struct RecordingSession {
    enum Phase: Equatable {
        /// Not started.
        case idle
        /// Waiting for the next attempt.
        case waiting(until: Int64)
        /// Connecting.
        case connecting
        /// Connected.
        case live(Connection)
        /// We ended the connection and wait until it has ended.
        case closing(Closing)
        /// Over.
        case ended
    }

    /// What is known of an open connection.
    struct Connection: Equatable {
        var opened: Moment
        var lastFrame: Moment
        var nextPing: Int64
        var toldQuiet = false
        /// A later bound for the silence, after this process stood still itself.
        var grace: Int64?
    }

    /// Why and until when we wait for a connection to end.
    struct Closing: Equatable {
        var connection: Connection
        var deadline: Int64
        var cause: Cause
        enum Cause: Equatable {
            case stalled(from: Int64)
            case stopping
        }
    }

    let rules: SessionRules
    let random: @Sendable (ClosedRange<Int64>) -> Int64
    private(set) var phase = Phase.idle
    private(set) var subscriptions: SubscriptionQueue
    /// Since when trades may be missing: a receive time.
    private(set) var gapSince: Int64?
    private var backoff: Backoff
    private var attempts: Int64 = 0
    private var shortLives = 0
    private var isStopping = false

    /// Makes a session that does nothing yet.
    ///
    /// - Parameters:
    ///   - symbols: what to subscribe.
    ///   - rules: its times.
    ///   - gapSince: where an earlier stream ended, if a gap towards it is open.
    ///   - random: a number of the range it is given; the jitter.
    init(
        symbols: [String], rules: SessionRules = SessionRules(), gapSince: Int64? = nil,
        random: @escaping @Sendable (ClosedRange<Int64>) -> Int64
    ) {
        self.rules = rules
        self.random = random
        self.gapSince = gapSince
        subscriptions = SubscriptionQueue(wanted: symbols, spacing: rules.spacing)
        backoff = Backoff(first: rules.firstDelay, longest: rules.longestDelay)
    }

    /// Whether a connection is open.
    var isLive: Bool { if case .live = phase { true } else { false } }

    /// When the last frame came, on the monotonic clock, or the connection was opened.
    var lastFrame: Int64? { if case .live(let connection) = phase { connection.lastFrame.monotonic } else { nil } }

    // MARK: - Inputs

    /// Begins to connect.
    mutating func start(at now: Moment) -> [SessionAction] {
        guard case .idle = phase else { return [] }
        return connect()
    }

    /// The handshake is done.
    mutating func opened(at now: Moment) -> [SessionAction] {
        guard case .connecting = phase else { return [] }
        let attempt = attempts
        attempts = 0
        phase = .live(Connection(opened: now, lastFrame: now, nextPing: now.monotonic + rules.ping))
        subscriptions.begin()
        var actions: [SessionAction] = [
            .record(.connected(attempt: attempt)), .tell(.connected(attempt: attempt)),
        ]
        actions += subscriptions.send(at: now.monotonic)
        return actions
    }

    /// A message came; what is returned belongs before its line.
    mutating func frame(at now: Moment) -> [SessionAction] {
        switch phase {
        case .live(var connection):
            connection.lastFrame = now
            connection.toldQuiet = false
            connection.grace = nil
            phase = .live(connection)
        case .closing(var closing):
            closing.connection.lastFrame = now
            phase = .closing(closing)
        default: return []
        }
        guard let since = gapSince else { return [] }
        gapSince = nil
        let length = max(0, now.receive - since)
        return [.record(.resumed(length: length)), .tell(.resumed(milliseconds: length / 1_000_000))]
    }

    /// The open connection has ended.
    mutating func closed(_ closure: WebSocketClosure, at now: Moment) -> [SessionAction] {
        switch phase {
        case .live(let connection):
            return ended(connection, by: closure, cause: nil, at: now)
        case .closing(let closing):
            return ended(closing.connection, by: closure, cause: closing.cause, at: now)
        case .connecting:
            return failed(WebSocketError(.network, "the connection ended during the handshake"), at: now)
        default: return []
        }
    }

    /// The connection did not come about.
    mutating func failed(_ error: WebSocketError, at now: Moment) -> [SessionAction] {
        guard case .connecting = phase else { return [] }
        if isStopping { return finish(.stopped) }
        let told = SessionAction.tell(.failed(error))
        switch error.kind {
        case .status(401): return [told] + finish(.refused(error))
        case .status(429):
            _ = backoff.next(random)
            return [told] + wait(rules.busyDelay + random(0...rules.busyDelay / 4), at: now)
        // A proxy that answers 200, or whose server is away: routine trouble.
        case .status(200), .status(500...599), .network, .handshake, .library:
            return [told] + wait(backoff.next(random), at: now)
        case .status, .tls, .address, .listen:
            return [told] + wait(backoff.longestNext(random), at: now)
        }
    }

    /// Does what is due.
    mutating func timeout(at now: Moment) -> [SessionAction] {
        switch phase {
        case .waiting(let until): return now.monotonic >= until ? connect() : []
        case .live(let connection): return tick(connection, at: now)
        case .closing(let closing) where now.monotonic >= closing.deadline:
            // The socket should have told by now; the next connection must not wait for it for ever.
            return ended(
                closing.connection, by: WebSocketClosure(by: .client, reason: "not confirmed"), cause: closing.cause,
                at: now)
        default: return []
        }
    }

    /// Changes what is subscribed.
    mutating func replaceSymbols(_ symbols: [String], at now: Moment) -> [SessionAction] {
        subscriptions.replace(symbols)
        return isLive ? subscriptions.send(at: now.monotonic) : []
    }

    /// Ends the session; frames that still come are recorded until the connection has ended.
    mutating func stop(at now: Moment) -> [SessionAction] {
        isStopping = true
        switch phase {
        case .idle, .waiting: return finish(.stopped)
        case .connecting: return [.abort]
        case .live(let connection):
            phase = .closing(
                Closing(connection: connection, deadline: now.monotonic + rules.closing, cause: .stopping))
            return subscriptions.end() + [.close]
        case .closing(var closing):
            closing.deadline = min(closing.deadline, now.monotonic + rules.closing)
            phase = .closing(closing)
            return []
        case .ended: return []
        }
    }

    /// When ``timeout(at:)`` is due, on the monotonic clock; nil: only an input can change anything.
    var nextDeadline: Int64? {
        switch phase {
        case .idle, .connecting, .ended: return nil
        case .waiting(let until): return until
        case .closing(let closing): return closing.deadline
        case .live(let connection):
            let silence = connection.toldQuiet ? stallDeadline(connection) : quietDeadline(connection)
            return min(silence, connection.nextPing, subscriptions.nextSend ?? .max)
        }
    }

    // MARK: - Transitions

    private mutating func connect() -> [SessionAction] {
        attempts += 1
        phase = .connecting
        return [.connect]
    }

    private mutating func wait(_ delay: Int64, at now: Moment) -> [SessionAction] {
        phase = .waiting(until: now.monotonic + delay)
        return [.tell(.waiting(milliseconds: delay / 1_000_000, attempt: attempts + 1))]
    }

    private mutating func finish(_ end: SessionEnd) -> [SessionAction] {
        phase = .ended
        return [.finish(end)]
    }

    private func quietDeadline(_ connection: Connection) -> Int64 {
        min(connection.lastFrame.monotonic + rules.quiet, stallDeadline(connection))
    }

    private func stallDeadline(_ connection: Connection) -> Int64 {
        max(connection.lastFrame.monotonic + rules.stall, connection.grace ?? .min)
    }

    private mutating func tick(_ connection: Connection, at now: Moment) -> [SessionAction] {
        var connection = connection
        let silence = now.monotonic - connection.lastFrame.monotonic
        let deadline = stallDeadline(connection)
        if now.monotonic >= deadline {
            guard now.monotonic - deadline < rules.ownPause else {
                // Frames may wait in the socket that this process had no time to read.
                connection.grace = now.monotonic + rules.ownPause
                phase = .live(connection)
                return []
            }
            phase = .closing(
                Closing(
                    connection: connection, deadline: now.monotonic + rules.closing,
                    cause: .stalled(from: connection.lastFrame.receive)))
            return [
                .record(.stalled(silence: silence)), .tell(.stalled(seconds: silence / SessionRules.second)), .abort,
            ]
        }
        var actions: [SessionAction] = []
        if now.monotonic >= connection.nextPing {
            connection.nextPing = now.monotonic + rules.ping
            actions.append(.ping)
        }
        if !connection.toldQuiet, silence >= rules.quiet {
            connection.toldQuiet = true
            actions.append(.tell(.quiet(seconds: silence / SessionRules.second)))
        }
        phase = .live(connection)
        return actions + subscriptions.send(at: now.monotonic)
    }

    private mutating func ended(
        _ connection: Connection, by closure: WebSocketClosure, cause: Closing.Cause?, at now: Moment
    ) -> [SessionAction] {
        let up = now.monotonic - connection.opened.monotonic
        var actions = subscriptions.end()
        let peer = TapeEvent.Peer(closure.by)
        actions.append(.record(.disconnected(by: peer, code: closure.code.map(Int64.init), reason: closure.reason)))
        actions.append(.tell(.disconnected(closure, upSeconds: up / SessionRules.second)))
        if isStopping { return actions + finish(.stopped) }
        actions += openGap(connection, closure, cause, at: now)
        if up >= rules.settled {
            backoff.reset()
            shortLives = 0
        } else {
            shortLives += 1
            if shortLives % 3 == 0 { actions.append(.tell(.keepsDropping(times: shortLives))) }
        }
        return actions + wait(backoff.next(random), at: now)
    }

    /// Marks that trades may be missing; a gap that is open stays one gap.
    private mutating func openGap(
        _ connection: Connection, _ closure: WebSocketClosure, _ cause: Closing.Cause?, at now: Moment
    ) -> [SessionAction] {
        guard gapSince == nil else { return [] }
        let from: Int64
        let word: String
        switch (cause, closure.by) {
        case (.stalled(let since), _): (from, word) = (since, "stalled")
        // A close frame follows everything that the server sent.
        case (_, .server): (from, word) = (now.receive, "closed")
        case (_, .client): (from, word) = (connection.lastFrame.receive, "protocol")
        case (_, .network): (from, word) = (connection.lastFrame.receive, "network")
        }
        gapSince = from
        return [.record(.gap(from: from, cause: word)), .tell(.gap(from: from, cause: word))]
    }
}

extension TapeEvent.Peer {
    init(_ side: WebSocketClosure.Side) {
        switch side {
        case .server: self = .server
        case .client: self = .client
        case .network: self = .network
        }
    }
}
