import Foundation
import Synchronization

/// The recorder's durable writer: what ``append(_:)`` has stored survives the process.
///
/// Lines go to a side journal with one write for each batch; a thread compresses them into members and parts. Appending
/// blocks only for that write (and, with ``TapeSyncPolicy/every``, its sync). Sequence numbers are given here, since the
/// capture has lines of its own: `gap`, `dropped` and `resumed` around a full disk. A capture that is not finished leaves
/// its journal, and recovery makes the same tape of it.
public final class TapeCapture: Sendable {
    private let intake: Mutex<CaptureIntake>
    private let queue: CaptureQueue
    private let journal: CaptureJournal
    private let sealer: CaptureSealer
    private let keeper: CaptureKeeper
    private let meter: CaptureMeter
    private let worker: CaptureWorker?
    private let isDrivenByHand: Bool
    private let isOver = Mutex(false)
    private let notify: @Sendable (CaptureNotice) -> Void
    /// The stream's id.
    public let stream: String

    /// Creates the first part and its journal.
    ///
    /// - Parameters:
    ///   - configuration: where and how.
    ///   - header: stream, source, symbols; `receive` is the stream's start, `part` the first part's number.
    ///   - mayDelete: whether retention may delete a part, named by its path; called on the sealing thread.
    ///   - notify: told what happens; on the thread on which it happens, so it must return at once.
    /// - Throws: ``TapeError``: a setting out of range, no folder, `exists` if the stream's files are there already.
    public convenience init(
        configuration: TapeCaptureConfiguration, header: TapeHeader,
        mayDelete: @escaping @Sendable (String) -> Bool = { _ in true },
        notify: @escaping @Sendable (CaptureNotice) -> Void = { _ in }
    ) throws(TapeError) {
        try self.init(
            configuration, header: header, files: PosixFileSystem(), hasThread: true, mayDelete: mayDelete,
            notify: notify)
    }

    /// Without a thread every member is sealed within the append that closes it, or, where `isDrivenByHand`, by
    /// ``turn(syncs:)``: the order of calls is then known.
    init(
        _ configuration: TapeCaptureConfiguration, header: TapeHeader, files: any FileSystem, hasThread: Bool,
        isDrivenByHand: Bool = false,
        now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1_000) * 1_000_000 },
        mayDelete: @escaping @Sendable (String) -> Bool = { _ in true },
        notify: @escaping @Sendable (CaptureNotice) -> Void = { _ in }
    ) throws(TapeError) {
        try configuration.validate()
        self.notify = notify
        self.isDrivenByHand = isDrivenByHand
        stream = header.stream
        let path = configuration.path(stream: header.stream, part: header.part)
        var line: [UInt8] = []
        header.appendLine(to: &line)
        // What cannot be read back is not written.
        _ = try TapeHeader(line: line.span, in: 0..<line.count, path: path)
        line.append(0x0A)
        meter = CaptureMeter()
        queue = CaptureQueue()
        do throws(SystemFault) {
            guard !files.exists(path) else { throw SystemFault(call: "open", number: SystemFault.existing) }
            journal = try CaptureJournal(
                path: path + CaptureNaming.journalSuffix, header: line, files: files, policy: configuration.sync,
                meter: meter)
        } catch {
            throw error.isExisting ? TapeError(.exists, path: path) : error.error(path)
        }
        sealer = CaptureSealer(
            configuration, header: header, files: files, journal: journal, queue: queue, meter: meter, notify: notify)
        do throws(SystemFault) { try sealer.start() } catch {
            sealer.abandon()
            if error.isExisting { try? files.remove(path + CaptureNaming.journalSuffix) }
            throw error.isExisting ? TapeError(.exists, path: path) : error.error(path)
        }
        intake = Mutex(
            CaptureIntake(
                configuration, receive: header.receive, journal: journal, queue: queue, meter: meter, notify: notify))
        keeper = CaptureKeeper(
            configuration, files: files, queue: queue, meter: meter, now: now, mayDelete: mayDelete,
            current: { [sealer] in sealer.path }, notify: notify)
        keeper.keep()
        guard hasThread else {
            worker = nil
            return
        }
        worker = CaptureWorker(
            sealer: sealer, journal: journal, queue: queue, keeper: keeper, policy: configuration.sync,
            fail: { [queue, journal] fault in
                let error = fault.error(journal.path)
                if queue.fail(error) { notify(.failed(error)) }
            })
        worker?.start()
    }

    deinit { abandon() }

    /// The part that is written now.
    public var path: String { sealer.path }

    /// The counts so far.
    public var status: CaptureStatus {
        var status = meter.current
        status.queuedBytes = queue.bytes
        return status
    }

    /// Stores what a service turn received, in order; when it returns, the lines survive the process.
    ///
    /// Blocks for one write to the journal. For want of space it stores nothing, counts, and tries again from a second
    /// later on.
    ///
    /// - Returns: for each entry its sequence number, or nil where it was dropped.
    /// - Throws: ``TapeError``: `disorder` (nothing is stored, and the capture goes on); anything else, a failed sync
    ///   above all, is the end of the capture.
    public func append(_ batch: borrowing CaptureBatch) throws(TapeError) -> [CaptureReceipt] {
        try withIntake { (intake) throws(TapeError) in try intake.append(batch) }
    }

    /// Stores one event.
    @discardableResult
    public func append(event: TapeEvent, receive: Int64) throws(TapeError) -> CaptureReceipt {
        var batch = CaptureBatch()
        batch.append(event: event, receive: receive)
        return try append(batch).first ?? CaptureReceipt(sequence: nil, segment: 0)
    }

    /// Tries to go on after a full disk though nothing arrives; to be called about once a second.
    ///
    /// - Parameter receive: the stream's clock, ns since the epoch.
    /// - Throws: ``TapeError`` that ends the capture.
    public func poll(receive: Int64) throws(TapeError) {
        try withIntake { (intake) throws(TapeError) in try intake.poll(receive: receive) }
    }

    private func withIntake<Value>(
        _ work: (inout CaptureIntake) throws(TapeError) -> Value
    ) throws(TapeError) -> Value {
        if let failure = queue.failure { throw failure }
        let value: Value
        do throws(TapeError) {
            value = try intake.withLock { (intake) throws(TapeError) in try work(&intake) }
        } catch {
            if case .disorder = error.code { throw error }
            if queue.fail(error) { notify(.failed(error)) }
            throw error
        }
        if worker == nil, !isDrivenByHand { try turn() }
        return value
    }

    /// Without a thread: what the thread would do now.
    func turn(syncs: Bool = false) throws(TapeError) {
        do throws(SystemFault) {
            if syncs { try journal.sync() }
            try sealer.seal()
        } catch {
            guard !error.isFull else { return }
            let error = error.error(journal.path)
            _ = queue.fail(error)
            throw error
        }
    }

    /// Without a thread: looks after space and old parts now.
    func keepHouse() { keeper.keep() }

    /// Ends cleanly: a `closed` line, the last member, the tape synced, the journal removed.
    ///
    /// - Parameters:
    ///   - cause: why, such as `SIGTERM`.
    ///   - receive: the stream's clock, ns since the epoch.
    /// - Returns: the counts; on a full disk the lines stay in the journal, for recovery.
    /// - Throws: ``TapeError`` if the capture had failed or fails now.
    public func finish(cause: String, receive: Int64) throws(TapeError) -> CaptureSummary {
        try withIntake { (intake) throws(TapeError) in
            var batch = CaptureBatch()
            intake.endOverflow()
            batch.append(event: .closed(cause: cause), receive: receive)
            _ = try intake.append(batch)
            intake.end()
        }
        guard claimEnd() else { throw TapeError(.unsupported("the capture is over already"), path: journal.path) }
        queue.end()
        worker?.join()
        if let failure = queue.failure {
            sealer.abandon()
            throw failure
        }
        do throws(SystemFault) { try sealer.finish() } catch {
            sealer.abandon()
            guard error.isFull else { throw error.error(journal.path) }
            return CaptureSummary(status: status, isSealed: false, path: sealer.path)
        }
        return CaptureSummary(status: status, isSealed: true, path: sealer.path)
    }

    /// Stops without an end, as a crash would; the journal holds what the tape lacks.
    public func abandon() {
        guard claimEnd() else { return }
        queue.end()
        worker?.join()
        sealer.abandon()
    }

    private func claimEnd() -> Bool {
        isOver.withLock { over in
            defer { over = true }
            return !over
        }
    }
}
