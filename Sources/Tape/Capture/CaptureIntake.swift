/// Numbers and journals what arrives, and decides where members and parts end: by lines alone.
struct CaptureIntake: Sendable {
    /// Frames that are being lost.
    private struct Loss {
        var from: Int64
        var frames: Int64 = 0
        var bytes: Int64 = 0
        var cause: String
        /// Receive time of the last attempt to go on.
        var attempted: Int64
    }

    /// A line in ``text`` that is not yet in the journal.
    private struct Pending {
        var end: Int
        var sequence: Int64
        var receive: Int64
        var startsSegment: Bool
        var frameBytes: Int?
        /// Index of the batch's entry; nil for a line of our own.
        var entry: Int?
        /// What a `dropped` line of our own accounts for.
        var account: Account?
    }

    /// Frames lost, and their bytes.
    private struct Account {
        var frames: Int64
        var bytes: Int64
    }

    private static let retryAfter: Int64 = 1_000_000_000

    private let configuration: TapeCaptureConfiguration
    private let journal: CaptureJournal
    private let queue: CaptureQueue
    private let meter: CaptureMeter
    private let notify: @Sendable (CaptureNotice) -> Void
    private var builder: TapeMemberBuilder
    private var sequence: Int64 = 0
    private var segment: Int64 = 0
    private var receive: Int64
    private var stretch: (day: Int64, slot: Int64)
    private var startsPart = false
    private var memberStart: Int64 = 0
    private var place: Int64 = 0
    private var text: [UInt8] = []
    private var pending: [Pending] = []
    /// No space: nothing is stored.
    private var outage: Loss?
    /// Compression is behind: frames are not stored.
    private var overflow: Loss?

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
        stretch = configuration.stretch(of: receive)
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
            encode(batch, &next, &receipts)
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

    // MARK: - Lines

    /// Makes lines of entries, at most one mebibyte, and counts those that have no room.
    private mutating func encode(_ batch: borrowing CaptureBatch, _ next: inout Int, _ receipts: inout [CaptureReceipt])
    {
        let room = configuration.queueBytes - queue.bytes
        while next < batch.entries.count, text.count < 1 << 20 {
            let entry = batch.entries[next]
            defer { next += 1 }
            switch entry.content {
            case .event(let event): add(event, entry.receive, next)
            case .text(let range), .binary(let range):
                if isOverflowing(entry.receive, range.count, room: room) { continue }
                let start = text.count
                if case .text = entry.content {
                    LineCoding.appendTextFrame(
                        batch.bytes.span.extracting(range), sequence: sequence + 1, receive: entry.receive, to: &text)
                } else {
                    LineCoding.appendBinary(
                        Array(batch.bytes[range]), isText: false, sequence: sequence + 1, receive: entry.receive,
                        to: &text)
                }
                if text.count - start > TapeFormat.maximumLine {
                    text.removeSubrange(start...)
                    count(lost: 1, Int64(range.count))
                    addDropped(Account(frames: 1, bytes: Int64(range.count)), "too-long", entry.receive)
                } else {
                    commit(entry.receive, startsSegment: false, frameBytes: range.count, next)
                }
            }
        }
    }

    private mutating func isOverflowing(_ receive: Int64, _ bytes: Int, room: Int) -> Bool {
        // Once full it has to be half empty again: one `dropped` line instead of many.
        if room - text.count < (overflow == nil ? 0 : configuration.queueBytes / 2) {
            var loss = overflow ?? Loss(from: receive, cause: "queue", attempted: receive)
            loss.frames += 1
            loss.bytes += Int64(bytes)
            overflow = loss
            count(lost: 1, Int64(bytes))
            return true
        }
        endOverflow(receive)
        return false
    }

    private mutating func endOverflow(_ receive: Int64) {
        guard let loss = overflow else { return }
        overflow = nil
        addDropped(Account(frames: loss.frames, bytes: loss.bytes), loss.cause, receive)
        notify(.overflowed(frames: loss.frames, bytes: loss.bytes))
    }

    /// Writes the count of an overflow that lasts to the end.
    mutating func endOverflow() {
        guard overflow != nil, outage == nil else { return }
        endOverflow(receive)
    }

    private mutating func add(_ event: TapeEvent, _ receive: Int64, _ entry: Int?) {
        LineCoding.appendEvent(event, sequence: sequence + 1, receive: receive, to: &text)
        commit(receive, startsSegment: event.startsSegment, frameBytes: nil, entry)
    }

    private mutating func addDropped(_ account: Account, _ cause: String, _ receive: Int64) {
        add(.dropped(frames: account.frames, bytes: account.bytes, cause: cause), receive, nil)
        pending[pending.count - 1].account = account
    }

    private mutating func commit(_ receive: Int64, startsSegment: Bool, frameBytes: Int?, _ entry: Int?) {
        text.append(0x0A)
        sequence += 1
        pending.append(
            Pending(
                end: text.count, sequence: sequence, receive: receive, startsSegment: startsSegment,
                frameBytes: frameBytes, entry: entry))
    }

    // MARK: - Journal

    /// Writes the pending lines; false if the disk took only some, which are accounted for.
    private mutating func write(_ receipts: inout [CaptureReceipt]) throws(TapeError) -> Bool {
        defer {
            text.removeAll(keepingCapacity: true)
            pending.removeAll(keepingCapacity: true)
        }
        guard !pending.isEmpty else { return true }
        let outcome: CaptureJournal.Appended
        do throws(SystemFault) { outcome = try journal.append(text[...]) } catch { throw error.error(journal.path) }
        var start = 0
        var lines = 0
        var frames: Int64 = 0
        for line in pending {
            guard line.end <= outcome.kept else { break }
            keep(line, text[start..<line.end - 1])
            if let entry = line.entry { receipts[entry] = CaptureReceipt(sequence: line.sequence, segment: segment) }
            if line.startsSegment { segment = line.sequence }
            if line.frameBytes != nil { frames += 1 }
            if let account = line.account, outage != nil {
                // Told, so not to be told again, even if the lines behind it found no space.
                outage?.frames -= account.frames
                outage?.bytes -= account.bytes
            }
            start = line.end
            lines += 1
        }
        meter.update {
            $0.lines += Int64(lines)
            $0.frames += frames
            $0.lineBytes += Int64(start)
            $0.lastSequence = sequence - Int64(pending.count - lines)
            $0.lastReceive = receive
            $0.queuedBytes = queue.bytes
        }
        guard outcome.fault != nil else { return true }
        let rest = pending[lines...]
        sequence -= Int64(rest.count)
        // The lines that were to end an outage come again; the counts of anything else become the new outage's.
        let isNew = outage == nil
        if isNew { begin(outageAt: rest.first?.receive ?? receive, "disk-full") }
        for line in rest {
            if let bytes = line.frameBytes { lose(bytes) }
            if let account = line.account, isNew {
                outage?.frames += account.frames
                outage?.bytes += account.bytes
            }
        }
        return false
    }

    private mutating func keep(_ line: Pending, _ bytes: ArraySlice<UInt8>) {
        let stretch = configuration.stretch(of: line.receive)
        if stretch != self.stretch {
            closeMember()
            self.stretch = stretch
            startsPart = true
        } else if builder.closes(before: bytes.count, receive: line.receive) {
            closeMember()
        }
        builder.append(
            bytes.span, sequence: line.sequence, receive: line.receive, startsSegment: line.startsSegment)
        place += Int64(bytes.count) + 1
        receive = line.receive
    }

    private mutating func closeMember() {
        guard let member = builder.close() else { return }
        queue.add(CaptureQueue.Entry(member: member, place: memberStart..<place, startsPart: startsPart))
        memberStart = place
        startsPart = false
    }

    // MARK: - Want of space

    /// Whether there is space; after an outage the lines that end it are written.
    private mutating func canStore(at now: Int64) throws(TapeError) -> Bool {
        guard let loss = outage else {
            if queue.isLow {
                begin(outageAt: now, "low-disk")
                return false
            }
            return true
        }
        guard now - loss.attempted >= Self.retryAfter, !queue.isLow else { return false }
        outage?.attempted = now
        add(.gap(from: loss.from, cause: loss.cause), now, nil)
        if loss.frames > 0 { addDropped(Account(frames: loss.frames, bytes: loss.bytes), loss.cause, now) }
        add(.resumed(length: now - loss.from), now, nil)
        var none: [CaptureReceipt] = []
        guard try write(&none) else { return false }
        outage = nil
        meter.update { $0.isOutOfSpace = false }
        notify(.spaceReturned(frames: loss.frames, bytes: loss.bytes))
        return true
    }

    private mutating func begin(outageAt receive: Int64, _ cause: String) {
        outage = Loss(from: receive, cause: cause, attempted: receive)
        meter.update { $0.isOutOfSpace = true }
        notify(.spaceLow(free: meter.current.freeBytes, cause: cause))
    }

    private mutating func lose(_ batch: borrowing CaptureBatch, from start: Int) {
        for entry in batch.entries[start...] {
            switch entry.content {
            case .text(let range), .binary(let range): lose(range.count)
            case .event: continue
            }
        }
    }

    private mutating func lose(_ bytes: Int) {
        outage?.frames += 1
        outage?.bytes += Int64(bytes)
        count(lost: 1, Int64(bytes))
    }

    private func count(lost frames: Int64, _ bytes: Int64) {
        meter.update {
            $0.droppedFrames += frames
            $0.droppedBytes += bytes
        }
    }
}
