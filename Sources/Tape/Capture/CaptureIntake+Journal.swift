extension CaptureIntake {
    /// Writes the pending lines; false if the disk took only some, which are accounted for.
    mutating func write(_ receipts: inout [CaptureReceipt]) throws(TapeError) -> Bool {
        guard !pending.isEmpty else { return true }
        // Out of `self`, so that lines can be read while `self` changes.
        var written = CaptureLines()
        swap(&written, &pending)
        defer {
            written.removeAll()
            swap(&written, &pending)
        }
        let outcome: CaptureJournal.Appended
        do throws(SystemFault) { outcome = try journal.append(written.text[...]) } catch {
            throw error.error(journal.path)
        }
        let kept = keep(written, upTo: outcome.kept, &receipts)
        guard outcome.fault != nil else { return true }
        lose(written.lines[kept...])
        return false
    }

    /// Takes note of the lines that the journal holds.
    ///
    /// - Returns: how many they are.
    private mutating func keep(
        _ written: borrowing CaptureLines, upTo limit: Int, _ receipts: inout [CaptureReceipt]
    ) -> Int {
        let text = written.text.span
        var start = 0
        var lines = 0
        var frames: Int64 = 0
        for line in written.lines {
            guard line.end <= limit else { break }
            keep(line, text.extracting(start..<line.end - 1))
            if let entry = line.entry { receipts[entry] = CaptureReceipt(sequence: line.sequence, segment: segment) }
            if line.startsSegment {
                segment = line.sequence
                outage?.isMarked = true
            }
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
            $0.lastSequence = sequence - Int64(written.lines.count - lines)
            $0.lastReceive = receive
            $0.queuedBytes = queue.bytes
        }
        return lines
    }

    private mutating func keep(_ line: CaptureLines.Line, _ bytes: borrowing Span<UInt8>) {
        if line.receive >= stretchEnd {
            closeMember()
            stretchEnd = configuration.stretchEnd(of: line.receive)
            startsPart = true
        } else if builder.closes(before: bytes.count, receive: line.receive) {
            closeMember()
        }
        builder.append(bytes, sequence: line.sequence, receive: line.receive, startsSegment: line.startsSegment)
        place += Int64(bytes.count) + 1
        receive = line.receive
    }

    mutating func closeMember() {
        guard let member = builder.close(spare: { queue.takeSpare() }) else { return }
        queue.add(CaptureQueue.Entry(member: member, place: memberStart..<place, startsPart: startsPart))
        memberStart = place
        startsPart = false
    }
}
