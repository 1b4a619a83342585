/// What finds no room: on the disk (an outage) or in the queue to the sealer (an overflow).
extension CaptureIntake {
    private static let retryAfter: Int64 = 1_000_000_000

    /// Whether the queue has no room for a frame, which is then counted.
    mutating func isOverflowing(_ receive: Int64, _ bytes: Int, room: Int) -> Bool {
        // Once full it has to be half empty again: one `dropped` line instead of many.
        if room - pending.text.count < (overflow == nil ? 0 : configuration.queueBytes / 2) {
            var loss = overflow ?? Loss(from: receive, cause: "queue", attempted: receive)
            loss.frames += 1
            loss.bytes += Int64(bytes)
            overflow = loss
            count(lost: 1, Int64(bytes))
            return true
        }
        if overflow != nil { endOverflow(receive) }
        return false
    }

    private mutating func endOverflow(_ receive: Int64) {
        guard let loss = overflow else { return }
        overflow = nil
        addDropped(CaptureLines.Account(frames: loss.frames, bytes: loss.bytes), loss.cause, receive)
        notify(.overflowed(frames: loss.frames, bytes: loss.bytes))
    }

    /// Writes the count of an overflow that lasts to the end.
    mutating func endOverflow() {
        guard overflow != nil, outage == nil else { return }
        endOverflow(receive)
    }

    /// Whether there is space; after an outage the lines that end it are written.
    mutating func canStore(at now: Int64) throws(TapeError) -> Bool {
        guard let loss = outage else {
            if queue.isLow {
                begin(outageAt: now, "low-disk")
                return false
            }
            return true
        }
        guard now - loss.attempted >= Self.retryAfter, !queue.isLow else { return false }
        outage?.attempted = now
        if !loss.isMarked { add(.gap(from: loss.from, cause: loss.cause), now) }
        if loss.frames > 0 {
            addDropped(CaptureLines.Account(frames: loss.frames, bytes: loss.bytes), loss.cause, now)
        }
        add(.resumed(length: now - loss.from), now)
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

    /// Takes back the lines that the disk did not take.
    mutating func lose(_ rest: ArraySlice<CaptureLines.Line>) {
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
    }

    mutating func lose(_ batch: borrowing CaptureBatch, from start: Int) {
        for entry in batch.entries[start...] where entry.isFrame { lose(entry.range.count) }
    }

    private mutating func lose(_ bytes: Int) {
        outage?.frames += 1
        outage?.bytes += Int64(bytes)
        count(lost: 1, Int64(bytes))
    }

    func count(lost frames: Int64, _ bytes: Int64) {
        meter.update {
            $0.droppedFrames += frames
            $0.droppedBytes += bytes
        }
    }
}
