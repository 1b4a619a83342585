import Tape
import WebSocket

/// Does on the feed's thread what the session wants done, and stores what comes in.
///
/// Every message is stamped as soon as it is complete; at the end of each turn of the loop all of them go to the journal
/// with one write, and only then to whoever publishes. Nothing here waits for anything but that write.
final class FeedDriver {
    /// How the feed ended.
    enum End {
        case session(SessionEnd)
        case tape(TapeError)
    }

    /// Bytes after which a turn's frames are stored though the turn goes on.
    private static let turnLimit = 1 << 20

    private let loop: ServiceLoop
    private let client: WebSocketClientConfiguration
    private let token: RecorderToken?
    private let capture: TapeCapture
    private let publish: PublishFeed?
    private let tell: (SessionNotice) -> Void
    private let onEnd: (End) -> Void
    // Used for each frame, by the feed's thread only: checks of exclusive access would find nothing.
    @exclusivity(unchecked) private(set) var session: RecordingSession
    @exclusivity(unchecked) private(set) var clock: StreamClock
    @exclusivity(unchecked) private var turn = FeedTurn()
    private var connection: FeedConnection?
    private var timer: (deadline: Int64, token: TimerQueue.Token)?
    private var isOver = false

    /// Makes a driver; to be made and used on the loop's thread.
    ///
    /// - Parameters:
    ///   - loop: the feed's loop.
    ///   - client: how to connect; the key is in its query.
    ///   - token: the key, to be taken out of what servers say.
    ///   - session: the state machine.
    ///   - clock: the stream's clock.
    ///   - capture: where lines go.
    ///   - publish: who gets stored frames; nil if nobody.
    ///   - tell: words notices.
    ///   - onEnd: called once.
    init(
        loop: ServiceLoop, client: WebSocketClientConfiguration, token: RecorderToken?, session: RecordingSession,
        clock: StreamClock, capture: TapeCapture, publish: PublishFeed?, tell: @escaping (SessionNotice) -> Void,
        onEnd: @escaping (End) -> Void
    ) {
        self.loop = loop
        self.client = client
        self.token = token
        self.session = session
        self.clock = clock
        self.capture = capture
        self.publish = publish
        self.tell = tell
        self.onEnd = onEnd
        // The loop lets go of this object when it stops, and so of its timer: see `FeedConnection` for why none is weak.
        loop.atEndOfTurn { self.store() }
    }

    /// Begins to connect.
    func start() { run { $0.start(at: $1) } }

    /// Ends the session.
    func stop() { run { $0.stop(at: $1) } }

    /// Changes what is subscribed.
    func replaceSymbols(_ symbols: [String]) { run { $0.replaceSymbols(symbols, at: $1) } }

    /// Writes an event that happened elsewhere.
    func record(_ event: TapeEvent) {
        guard !isOver else { return }
        turn.batch.append(event: event, receive: now.receive)
    }

    /// What is due every second: the clocks, and a disk that may have space again.
    func everySecond() {
        guard !isOver else { return }
        let (monotonic, system) = SystemClocks.both()
        if let offset = clock.check(monotonic: monotonic, system: system) {
            turn.counters.clockSteps += 1
            turn.batch.append(event: .clockStep(offset: offset), receive: now.receive)
        }
        store()
        guard !isOver else { return }
        do throws(TapeError) { try capture.poll(receive: now.receive) } catch { fail(error) }
    }

    /// What came in so far.
    var counters: FeedCounters { turn.counters }

    /// The stream's time.
    var now: Moment { clock.moment(at: SystemClocks.monotonic()) }

    // MARK: - The connection

    func opened() {
        turn.counters.connects += 1
        run { $0.opened(at: $1) }
    }

    func received(_ bytes: Span<UInt8>, kind: WebSocketMessageKind) {
        let now = now
        guard !isOver else { return }
        let actions = session.frame(at: now)
        if !actions.isEmpty { perform(actions, at: now) }
        if let complaint = turn.take(bytes, kind, receive: now.receive) {
            tell(.serverError(token?.redact(complaint) ?? complaint))
        }
        if turn.batch.frameBytes >= Self.turnLimit { store() }
    }

    func receivedTooLong(bytes: Int) {
        let now = now
        guard !isOver else { return }
        // It is life all the same.
        let actions = session.frame(at: now)
        perform(actions, at: now)
        turn.counters.tooLong += 1
        turn.batch.append(event: .dropped(frames: 1, bytes: Int64(bytes), cause: "too-long"), receive: now.receive)
    }

    func receivedPong() { turn.counters.pongs += 1 }

    func closed(_ closure: WebSocketClosure) {
        turn.counters.disconnects += 1
        drop()
        // A reason is the server's text: it may quote what we sent.
        let shown = WebSocketClosure(
            by: closure.by, code: closure.code, reason: token?.redact(closure.reason) ?? closure.reason)
        run { $0.closed(shown, at: $1) }
    }

    func failed(_ error: WebSocketError) {
        drop()
        run { $0.failed(error, at: $1) }
    }

    private func drop() {
        connection?.forget()
        connection = nil
    }

    // MARK: - Doing

    private func run(_ input: (inout RecordingSession, Moment) -> [SessionAction]) {
        guard !isOver else { return }
        let now = now
        perform(input(&session, now), at: now)
        setTimer()
    }

    private func perform(_ actions: [SessionAction], at now: Moment) {
        for action in actions {
            switch action {
            case .connect:
                turn.counters.attempts += 1
                drop()
                let next = FeedConnection(driver: self, loop: loop, configuration: client)
                connection = next
                next.client?.connect()
            case .subscribe(let symbol, let isWanted):
                connection?.client?.send(SubscriptionMessage.bytes(symbol, isWanted: isWanted))
            case .ping: connection?.client?.ping()
            case .close: connection?.client?.close()
            case .abort: connection?.client?.abort()
            case .record(let event):
                count(event)
                turn.batch.append(event: event, receive: now.receive)
            case .tell(let notice): tell(notice)
            case .finish(let end):
                store()
                if !isOver { finish(.session(end)) }
            }
        }
    }

    private func count(_ event: TapeEvent) {
        switch event {
        case .stalled: turn.counters.stalls += 1
        case .gap: turn.counters.gaps += 1
        default: break
        }
    }

    /// Stores the turn's lines, then hands them on.
    private func store() {
        guard !turn.batch.isEmpty, !isOver else { return }
        do throws(TapeError) {
            let receipts = try capture.append(turn.batch)
            publish?.offer(turn.batch, receipts)
        } catch {
            fail(error)
        }
        turn.batch.removeAll()
    }

    private func fail(_ error: TapeError) {
        connection?.client?.abort()
        finish(.tape(error))
    }

    private func finish(_ end: End) {
        isOver = true
        drop()
        if let timer { loop.cancel(timer.token) }
        timer = nil
        onEnd(end)
    }

    /// The timer may ring early, never late: a deadline that has moved on is set anew when it rings.
    private func setTimer() {
        guard !isOver, let deadline = session.nextDeadline else { return }
        if let timer {
            guard deadline < timer.deadline else { return }
            loop.cancel(timer.token)
        }
        let wait = max(0, deadline - SystemClocks.monotonic())
        let token = loop.after(.nanoseconds(wait)) {
            self.timer = nil
            self.run { $0.timeout(at: $1) }
        }
        timer = (deadline, token)
    }
}
