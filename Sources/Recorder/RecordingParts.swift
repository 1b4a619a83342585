import Diagnostics
import JSONText
import Replayer
import Synchronization
import Tape
import WebSocket

/// What a run has open: tape, hooks, publisher, status page.
final class RecordingParts: Sendable {
    let header: TapeHeader
    /// The stream's clock as it was anchored at the start.
    let clock: StreamClock
    let capture: TapeCapture
    let notices: NoticeLog
    let hooks: HookRunner?
    /// Where the stream before this one ended.
    let previous: TapeEvent.Previous?
    let feed: PublishFeed?
    let publisher: TapePublisher?
    private let left: PublishingPort.Watermark?
    private let page = Mutex<ServiceLoop?>(nil)
    private let isClosed = Mutex(false)

    /// Recovers what a crash left, opens the tape and makes what goes with it; nothing is connected yet.
    ///
    /// - Parameters:
    ///   - configuration: what to record.
    ///   - symbols: what will be subscribed.
    ///   - log: for all of them.
    ///   - onEvent: takes the publisher's events for the tape.
    /// - Throws: ``RecorderError``; then nothing is left open.
    init(
        _ configuration: RecorderConfiguration, symbols: [String], log: Log,
        onEvent: @escaping @Sendable (TapeEvent) -> Void
    ) throws(RecorderError) {
        let folder = TapeFolder(folder: configuration.capture.folder, name: configuration.capture.name)
        let watermark = configuration.publish.map {
            PublishWatermark(folder: folder.folder, name: folder.name, topic: $0.topic, form: $0.form)
        }
        left = try watermark?.load()
        try Self.recover(configuration.capture, log)
        previous = TapeRecovery.lastLine(in: folder.folder, name: folder.name)
        let ledger = configuration.hook == nil ? nil : HookLedger(folder: folder)
        hooks = configuration.hook.map { HookRunner(command: $0, ledger: ledger, log: log) }
        let (monotonic, system) = SystemClocks.both()
        var clock = StreamClock(monotonic: monotonic, system: system)
        // A clock that was set back between two runs must not make two streams overlap.
        if let previous { clock.raise(to: previous.receive, at: monotonic) }
        self.clock = clock
        let receive = clock.receive(at: monotonic)
        let keepsUnhooked = configuration.keepUntilHooked
        let hooks = hooks
        var opened: (TapeHeader, TapeCapture, NoticeLog)?
        var failure: TapeError?
        for _ in 0..<16 where opened == nil {
            let header = TapeHeader(
                stream: StreamName.make(
                    at: receive, UInt16.random(in: 0...UInt16.max), after: folder.streams().last),
                source: configuration.url.description, symbols: symbols, recorder: configuration.version,
                receive: receive)
            let notices = NoticeLog(log: log, hooks: hooks, stream: header.stream, folder: folder.folder)
            do throws(TapeError) {
                let capture = try TapeCapture(
                    configuration: configuration.capture, header: header,
                    mayDelete: { path in !keepsUnhooked || (ledger?.contains(path) ?? true) },
                    notify: { notices.tell($0) })
                opened = (header, capture, notices)
            } catch {
                failure = error
                // Another recorder took the name in the same second.
                guard error.code == .exists else { break }
            }
        }
        guard let (header, capture, notices) = opened else {
            hooks?.finish(milliseconds: 0)
            throw .tape(failure ?? TapeError(.exists, path: folder.folder))
        }
        self.header = header
        self.capture = capture
        self.notices = notices
        if let publish = configuration.publish {
            let feed = PublishFeed(limit: publish.queueBytes, header: header, path: capture.path)
            self.feed = feed
            do {
                publisher = try TapePublisher(
                    configuration: publish, folder: folder, header: header, feed: feed, log: log, onEvent: onEvent)
            } catch {
                capture.abandon()
                hooks?.finish(milliseconds: 0)
                throw .kafka(error)
            }
        } else {
            feed = nil
            publisher = nil
        }
        if configuration.keepUntilHooked, let ledger { tellUnhooked(folder, ledger, except: header.stream) }
    }

    /// Parts that an earlier run closed and whose hook did not end well get it again.
    private func tellUnhooked(_ folder: TapeFolder, _ ledger: HookLedger, except stream: String) {
        for part in folder.parts() where part.stream != stream && !ledger.contains(part.path) {
            hooks?.tell(
                .partClosed(
                    path: part.path, stream: part.stream, part: part.part, bytes: TapeFolder.size(of: part.path),
                    lines: nil))
        }
    }

    /// Recovers the journals of the dead; a recorder that is alive keeps its own.
    private static func recover(_ capture: TapeCaptureConfiguration, _ log: Log) throws(RecorderError) {
        let writing = TapeWriterConfiguration(
            level: capture.level, memberSize: capture.memberSize, memberTime: capture.memberTime)
        let results: [Result<TapeRecoveryReport, TapeError>]
        do throws(TapeError) {
            results = try TapeRecovery.run(folder: capture.folder, name: capture.name, writing: writing)
        } catch {
            throw .tape(error)
        }
        for result in results {
            switch result {
            case .success(let report):
                log.say(
                    report.outcome == .clean ? .info : .warning, "recovered",
                    [
                        "path": .string(report.path), "lines": .int(report.lines),
                        "journalLines": .int(report.journalLines), "missingLines": .int(report.missingLines),
                        "lostBytes": .int(report.lostBytes),
                    ])
            case .failure(let error): log.say(.error, "not-recovered", ["reason": .string("\(error)")])
            }
        }
    }

    /// Serves metrics and health.
    ///
    /// - Returns: the address, with the port that was taken; nil if none was asked for.
    func servePage(
        on address: ListenAddress?, _ status: @escaping @Sendable () -> RecorderStatus
    ) throws(RecorderError) -> ListenAddress? {
        guard let address else { return nil }
        do throws(WebSocketError) {
            let loop = try ServiceLoop(name: "status", receiveBufferBytes: 4096)
            page.withLock { $0 = loop }
            return try HTTPServer.start(
                on: address, loop: loop, maximumMessageBytes: 4096, handler: StatusPage(status: status)
            ).address
        } catch {
            throw .socket(error)
        }
    }

    /// Begins to publish.
    func startPublisher() { publisher?.start(after: left) }

    /// The stream's time, not before its last line.
    func lastReceive() -> Int64 {
        max(capture.status.lastReceive, clock.receive(at: SystemClocks.monotonic()))
    }

    /// Ends publisher, hooks and status page, in this order; a tape that was not finished is left for recovery.
    func close() {
        let isFirst = isClosed.withLock { closed in
            defer { closed = true }
            return !closed
        }
        guard isFirst else { return }
        capture.abandon()
        publisher?.finish()
        hooks?.finish(milliseconds: 10_000)
        page.withLock { $0 }?.stop()
    }
}
