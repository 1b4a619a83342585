/// Numbers and journals what arrives, and decides where members and parts end: by lines alone.
///
/// Here a batch becomes lines; `+Journal` writes them and fills members, `+Space` keeps account of what finds no room.
struct CaptureIntake: Sendable {
    /// Frames that are being lost.
    struct Loss {
        var from: Int64
        var frames: Int64 = 0
        var bytes: Int64 = 0
        var cause: String
        /// The `gap` line found room, though nothing behind it did.
        var isMarked = false
        /// Receive time of the last attempt to go on.
        var attempted: Int64
    }

    let configuration: TapeCaptureConfiguration
    let journal: CaptureJournal
    let queue: CaptureQueue
    let meter: CaptureMeter
    let notify: @Sendable (CaptureNotice) -> Void
    var builder: TapeMemberBuilder
    var sequence: Int64 = 0
    var segment: Int64 = 0
    var receive: Int64
    /// Receive time with which the next part starts.
    var stretchEnd: Int64
    var startsPart = false
    var memberStart: Int64 = 0
    var place: Int64 = 0
    /// Not yet in the journal.
    var pending = CaptureLines()
    /// No space: nothing is stored.
    var outage: Loss?
    /// Compression is behind: frames are not stored.
    var overflow: Loss?

    init(
        _ configuration: TapeCaptureConfiguration, receive: Int64, journal: CaptureJournal, queue: CaptureQueue,
        meter: CaptureMeter, notify: @escaping @Sendable (CaptureNotice) -> Void
    ) {
        self.configuration = configuration
        self.journal = journal
        self.queue = queue
        self.meter = meter
        self.notify = notify
        self.receive = receive
        stretchEnd = configuration.stretchEnd(of: receive)
        builder = TapeMemberBuilder(
            size: configuration.memberSize, time: configuration.memberTime.wholeNanoseconds, segment: 0)
    }

    /// Stores a batch.
    ///
    /// - Returns: what became of each entry.
    /// - Throws: a fault that ends the capture.
    mutating func append(_ batch: borrowing CaptureBatch) throws(TapeError) -> [CaptureReceipt] {
        var receipts = [CaptureReceipt](repeating: CaptureReceipt(sequence: nil, segment: segment), count: batch.count)
        try checkOrder(batch)
        var next = 0
        if let first = batch.entries.first, !(try canStore(at: first.receive)) {
            lose(batch, from: 0)
            return receipts
        }
        while next < batch.entries.count {
            encode(batch, &next)
            guard try write(&receipts) else {
                lose(batch, from: next)
                break
            }
        }
        return receipts
    }

    /// Tries to go on after an outage, though nothing arrives.
    mutating func poll(receive now: Int64) throws(TapeError) {
        _ = try canStore(at: max(now, receive))
    }

    /// Closes the open member: nothing more will come.
    mutating func end() { closeMember() }

    private func checkOrder(_ batch: borrowing CaptureBatch) throws(TapeError) {
        var last = receive
        for entry in batch.entries {
            guard entry.receive >= last else {
                throw TapeError(.disorder("receive \(entry.receive) is before \(last)"), path: journal.path)
            }
            last = entry.receive
        }
    }

    /// Makes lines of entries, at most one mebibyte, and counts those that have no room.
    private mutating func encode(_ batch: borrowing CaptureBatch, _ next: inout Int) {
        let room = configuration.queueBytes - queue.bytes
        while next < batch.entries.count, pending.text.count < 1 << 20 {
            let entry = batch.entries[next]
            if !entry.isFrame {
                add(batch.events[entry.range.lowerBound], entry.receive, next)
            } else if !isOverflowing(entry.receive, entry.range.count, room: room) {
                add(frame: batch.bytes.span.extracting(entry.range), entry, next)
            }
            next += 1
        }
    }

    private mutating func add(frame: borrowing Span<UInt8>, _ entry: CaptureBatch.Entry, _ index: Int) {
        let start = pending.text.count
        if entry.kind == .json {
            LineCoding.appendJSONFrame(frame, sequence: sequence + 1, receive: entry.receive, to: &pending.text)
        } else if entry.kind == .text {
            LineCoding.appendTextFrame(frame, sequence: sequence + 1, receive: entry.receive, to: &pending.text)
        } else {
            LineCoding.appendBinary(
                frame.copy(0..<frame.count), isText: false, sequence: sequence + 1, receive: entry.receive,
                to: &pending.text)
        }
        if pending.text.count - start > TapeFormat.maximumLine {
            pending.text.removeSubrange(start...)
            count(lost: 1, Int64(frame.count))
            addDropped(CaptureLines.Account(frames: 1, bytes: Int64(frame.count)), "too-long", entry.receive)
        } else {
            sequence += 1
            pending.end(sequence: sequence, receive: entry.receive, frameBytes: frame.count, entry: index)
        }
    }

    mutating func add(
        _ event: TapeEvent, _ receive: Int64, _ entry: Int? = nil, account: CaptureLines.Account? = nil
    ) {
        sequence += 1
        LineCoding.appendEvent(event, sequence: sequence, receive: receive, to: &pending.text)
        pending.end(
            sequence: sequence, receive: receive, startsSegment: event.startsSegment, entry: entry, account: account)
    }

    mutating func addDropped(_ account: CaptureLines.Account, _ cause: String, _ receive: Int64) {
        add(.dropped(frames: account.frames, bytes: account.bytes, cause: cause), receive, account: account)
    }
}
