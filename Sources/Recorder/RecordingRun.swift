import Diagnostics
import Dispatch
import JSONText
import Replayer
import Synchronization
import Tape
import WebSocket

/// Records a feed until it is told to stop.
///
/// ``run()`` blocks its thread. The feed has a thread of its own that stamps and stores and does nothing else; sealing,
/// publishing, hooks and the status page have theirs, and the feed never waits for any of them.
public final class RecordingRun: Sendable {
    private struct Control {
        var stopCause: String?
        var loop: ServiceLoop?
        var box: DriverBox?
    }

    let configuration: RecorderConfiguration
    let log: Log
    private let progress: @Sendable (RecorderStatus) -> Void
    private let ready: @Sendable (ListenAddress?) throws -> Void
    private let control = Mutex(Control())
    private let current = Mutex(RecorderStatus())

    /// Makes a run; nothing is opened or connected yet.
    ///
    /// - Parameters:
    ///   - configuration: what to record.
    ///   - log: what an operator wants to know.
    ///   - progress: called once a second on the feed's thread; must be quick.
    ///   - ready: called once the tape is open and the status page answers, with its address; on the caller's thread.
    public init(
        configuration: RecorderConfiguration, log: Log = .silent,
        progress: @escaping @Sendable (RecorderStatus) -> Void = { _ in },
        ready: @escaping @Sendable (ListenAddress?) throws -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.log = log
        self.progress = progress
        self.ready = ready
    }

    /// How it stands; renewed once a second.
    public var status: RecorderStatus { current.withLock { $0 } }

    /// Ends the recording cleanly; any thread, not from a signal handler.
    ///
    /// - Parameter cause: what the tape's last line says, such as `SIGTERM`.
    public func requestStop(cause: String) {
        let (loop, box) = control.withLock { control in
            if control.stopCause == nil { control.stopCause = cause }
            return (control.loop, control.box)
        }
        loop?.perform { box?.driver?.stop() }
    }

    /// Reads the file of symbols again and subscribes what is new; any thread.
    public func reloadSymbols() {
        let list: SymbolList
        do throws(RecorderError) {
            list = try SymbolList(named: configuration.symbols, file: configuration.symbolsFile)
            try list.validate()
        } catch {
            log.say(.error, "symbols-not-reloaded", ["reason": .string("\(error)")])
            return
        }
        warn(list)
        log.say(.info, "symbols-reloaded", ["symbols": JSONValue(list.symbols.count)])
        let (loop, box) = control.withLock { ($0.loop, $0.box) }
        loop?.perform {
            box?.symbols = list.symbols
            box?.driver?.replaceSymbols(list.symbols)
        }
    }

    /// Records; returns when ``requestStop(cause:)`` was called.
    ///
    /// - Returns: what was recorded.
    /// - Throws: ``RecorderError``.
    public func run() throws(RecorderError) -> RecordingSummary {
        let list = try SymbolList(named: configuration.symbols, file: configuration.symbolsFile)
        try list.validate()
        warn(list)
        let parts = try RecordingParts(configuration, symbols: list.symbols, log: log) { [weak self] event in
            self?.record(event)
        }
        do throws(RecorderError) {
            try markRestart(parts)
            let end = try capture(list, parts)
            return try finish(end, parts)
        } catch {
            parts.close()
            throw error
        }
    }

    /// The first line after an earlier stream says where that one ended.
    private func markRestart(_ parts: RecordingParts) throws(RecorderError) {
        guard let previous = parts.previous else { return }
        let event = TapeEvent.gap(from: previous.receive, cause: "restart", previous: previous)
        do throws(TapeError) { try parts.capture.append(event: event, receive: parts.lastReceive()) } catch {
            throw .tape(error)
        }
    }

    /// Writes an event that happened on another thread.
    private func record(_ event: TapeEvent) {
        let (loop, box) = control.withLock { ($0.loop, $0.box) }
        loop?.perform { box?.driver?.record(event) }
    }

    private func warn(_ list: SymbolList) {
        for text in list.warnings { log.say(.warning, "symbols", ["hint": .string(text)]) }
    }

    // MARK: - The feed

    /// What is made and used on the feed's thread.
    ///
    /// `@unchecked Sendable`: every property is touched on the feed's thread only.
    private final class DriverBox: @unchecked Sendable {
        var driver: FeedDriver?
        var symbols: [String] = []
        var nextLog: Int64 = 0
        var last = RecorderStatus()
    }

    /// Carries the end of the feed to the thread that waits for it.
    private final class EndBox: Sendable {
        let end = Mutex<FeedDriver.End?>(nil)
        let isThere = DispatchSemaphore(value: 0)
    }

    private func capture(_ list: SymbolList, _ parts: RecordingParts) throws(RecorderError) -> FeedDriver.End {
        let started = SystemClocks.monotonic()
        current.withLock { status in
            status.stream = parts.header.stream
            status.source = parts.header.source
            status.path = parts.capture.path
            status.symbols = list.symbols.count
            status.heartbeat = started
        }
        // Before the feed's loop: see ServiceLoop on contexts and TLS.
        let address = try parts.servePage(on: configuration.listen) { [self] in status }
        let loop: ServiceLoop
        do throws(WebSocketError) { loop = try ServiceLoop(name: "feed", receiveBufferBytes: 1 << 18) } catch {
            throw .socket(error)
        }
        defer { loop.stop() }
        do { try ready(address) } catch {
            throw .badOption(name: "--ready-file", given: "\(error)", accepted: "a path that can be written")
        }
        let box = DriverBox()
        let ending = EndBox()
        let isStopped = control.withLock { control in
            control.loop = loop
            control.box = box
            return control.stopCause != nil
        }
        parts.startPublisher()
        loop.perform { [self] in
            let driver = makeDriver(loop, parts, list.symbols) { end in
                ending.end.withLock { $0 = end }
                ending.isThere.signal()
            }
            box.driver = driver
            box.symbols = list.symbols
            box.nextLog = started + configuration.logInterval.nanoseconds
            driver.start()
            if isStopped { driver.stop() }
            everySecond(loop, box, parts, started: started)
        }
        ending.isThere.wait()
        // One more look, so that the last counts are in the summary.
        let done = DispatchSemaphore(value: 0)
        loop.perform { [self] in
            look(box, parts, started: started)
            box.driver = nil
            done.signal()
        }
        done.wait()
        control.withLock {
            $0.loop = nil
            $0.box = nil
        }
        return ending.end.withLock { $0 } ?? .session(.stopped)
    }

    /// To be called on the feed's thread.
    private func makeDriver(
        _ loop: ServiceLoop, _ parts: RecordingParts, _ symbols: [String],
        _ onEnd: @escaping (FeedDriver.End) -> Void
    ) -> FeedDriver {
        var client = WebSocketClientConfiguration(url: configuration.url)
        if let token = configuration.token {
            client.url.query = [client.url.query, token.query].compactMap { $0 }.joined(separator: "&")
        }
        client.caFile = configuration.caFile
        let session = RecordingSession(
            symbols: symbols, rules: configuration.rules, gapSince: parts.previous?.receive
        ) { Int64.random(in: $0) }
        return FeedDriver(
            loop: loop, client: client, token: configuration.token, session: session, clock: parts.clock,
            capture: parts.capture, publish: parts.feed, tell: { parts.notices.tell($0) }, onEnd: onEnd)
    }

    private func everySecond(_ loop: ServiceLoop, _ box: DriverBox, _ parts: RecordingParts, started: Int64) {
        guard let driver = box.driver else { return }
        driver.everySecond()
        let status = look(box, parts, started: started)
        progress(status)
        if SystemClocks.monotonic() >= box.nextLog {
            box.nextLog += configuration.logInterval.nanoseconds
            log.say(.info, "status", fields(status, since: box.last))
            box.last = status
        }
        loop.after(.seconds(1)) { [weak self, weak loop, weak box] in
            guard let self, let loop, let box else { return }
            everySecond(loop, box, parts, started: started)
        }
    }

    @discardableResult
    private func look(_ box: DriverBox, _ parts: RecordingParts, started: Int64) -> RecorderStatus {
        let now = SystemClocks.monotonic()
        let hooks = parts.hooks?.counts
        return current.withLock { status in
            status.heartbeat = now
            status.upSeconds = Double(now - started) / 1e9
            status.path = parts.capture.path
            status.capture = parts.capture.status
            status.publish = parts.publisher?.status
            status.symbols = box.symbols.count
            status.hookRuns = hooks?.runs ?? 0
            status.hookFailures = (hooks?.failures ?? 0) + (hooks?.dropped ?? 0)
            if let driver = box.driver {
                status.counters = driver.counters
                status.isConnected = driver.session.isLive
                status.gapSince = driver.session.gapSince
                status.silentSeconds = driver.session.lastFrame.map { Double(now - $0) / 1e9 }
                status.liveSymbols = driver.counters.live(of: box.symbols)
            }
            return status
        }
    }

    private func fields(_ status: RecorderStatus, since last: RecorderStatus) -> KeyValuePairs<String, JSONValue> {
        [
            "connected": .bool(status.isConnected), "frames": .int(status.frames), "trades": .int(status.trades),
            "newFrames": .int(status.frames - last.frames),
            "lagMilliseconds": status.lagMilliseconds.map { .int($0) } ?? .null,
            "symbols": JSONValue(status.symbols), "silentSymbols": JSONValue(status.symbols - status.liveSymbols),
            "tapeBytes": .int(status.capture.tapeBytes),
            "freeBytes": status.capture.freeBytes.map { .int($0) } ?? .null,
            "dropped": .int(status.capture.droppedFrames), "connects": .int(status.connects),
            "published": status.publish.map { JSONValue($0.acknowledged) } ?? .null,
            "publishBacklogLines": status.publish.map { .int($0.backlogLines) } ?? .null,
        ]
    }

    // MARK: - The end

    private func finish(_ end: FeedDriver.End, _ parts: RecordingParts) throws(RecorderError) -> RecordingSummary {
        var cause = control.withLock { $0.stopCause } ?? "stopped"
        switch end {
        case .tape(let error):
            throw .tape(error)
        case .session(.refused): cause = "refused"
        case .session(.stopped): break
        }
        current.withLock { $0.isOver = true }
        let tape: CaptureSummary
        do throws(TapeError) { tape = try parts.capture.finish(cause: cause, receive: parts.lastReceive()) } catch {
            throw .tape(error)
        }
        log.say(.info, "tape-closed", ["path": .string(tape.path), "lines": .int(tape.status.lines)])
        parts.close()
        let publish = parts.publisher?.status
        current.withLock {
            $0.capture = tape.status
            $0.publish = publish
        }
        if let publish, publish.backlogLines > 0 || publish.outstanding > 0 {
            log.say(
                .warning, "publish-unfinished",
                ["lines": .int(publish.backlogLines), "hint": "the next `record --publish` goes on from the watermark"])
        }
        if case .session(.refused(let error)) = end { throw .refused(error) }
        return RecordingSummary(status: status, tape: tape, cause: cause)
    }
}
