/// A file of members: read ahead within a bound, inflated in parallel, delivered in order.
final class MemberSource: LineSource {
    private struct Pending {
        var ticket: Ticket<Result<TapeMember.Content, TapeMember.Fault>>
        var header: TapeHeader
        var headerLine: [UInt8]?
        var offset: Int64
        var cost: Int
        var isMerged: Bool
    }

    private let input: InputFile
    private let pool: WorkerPool
    private let window: TapeWindow
    private let budget: Int
    private let tally: ReadingTally
    private(set) var header: TapeHeader
    private(set) var firstSequence: Int64?
    private var headerLine: [UInt8]?
    private var pending: [Pending] = []
    private var pendingBytes = 0
    private var last: (sequence: Int64, receive: Int64) = (0, 0)
    /// The journal beside a tape that is being written, or that no one has recovered yet.
    private var journal: JournalSource?
    private var segment: Int64 = 0
    private var isPast = false
    /// Batches of a merged member that are still to be delivered.
    private var ready: [TapeBatch] = []
    /// Of a merged tape: each stream's last sequence number and its segment, unknown until the first gap.
    private var streams: [String: (last: Int64, segment: Int64?)] = [:]
    /// What ends the file, once the members before it are delivered: nil a clean end.
    private var end: Result<Void, TapeError>?

    /// Reads the header, and finds where the window starts.
    ///
    /// The file's first bytes are the head of a member of a tape; `budget` bounds the bytes held by members read ahead.
    init(
        _ input: InputFile, pool: WorkerPool, window: TapeWindow, budget: Int, hopDistance: Int64, tally: ReadingTally
    ) throws(TapeError) {
        self.input = input
        self.pool = pool
        self.window = window
        self.budget = budget
        self.tally = tally
        // Replaced at once; a header has to be there before methods can be called.
        header = TapeHeader(stream: "-", source: "", symbols: [], recorder: "", receive: 0)
        guard let field = try readField(), field.isHeader else {
            throw TapeError(.badHeader("the first member holds no header"), path: input.path, offset: 0)
        }
        try readHeader(field)
        let head = try input.peek(TapeMemberField.headSize)
        if case .field(let field) = TapeMemberField.read(head.span, at: 0), !field.isHeader {
            firstSequence = field.firstSequence
        } else if head.count < TapeMemberField.headSize, input.size != nil {
            firstSequence = JournalSource.firstSequence(ofTape: input.path)
        }
        if let size = input.size, window != .everything, header.streams.isEmpty || window.receives != nil {
            // Numbers of several streams are in no order: there only the time is sought.
            let window = header.streams.isEmpty ? window : TapeWindow(receives: window.receives)
            let search = MemberSearch(input: input, size: size, window: window, hopDistance: hopDistance)
            let place = try search.start(from: input.offset)
            if place > input.offset {
                tally.fileBytes += place - input.offset
                try input.seek(to: place)
            }
        }
    }

    func next() throws(TapeError) -> TapeBatch? {
        while true {
            if !ready.isEmpty { return ready.removeFirst() }
            fill()
            guard !pending.isEmpty else {
                if let line = headerLine {
                    headerLine = nil
                    return TapeBatch(header: header, text: [], lines: [], path: input.path, headerLine: line)
                }
                if case .failure(let error) = end { throw error }
                let known = last
                guard !isPast, let batch = try journal?.next(after: known, segment: segment, header: header) else {
                    return nil
                }
                if let line = batch.lines.last {
                    last = (line.sequence, line.receive)
                    segment = line.startsSegment ? line.sequence : line.segment ?? segment
                }
                return batch
            }
            let oldest = pending.removeFirst()
            pendingBytes -= oldest.cost
            switch oldest.ticket.wait() {
            case .failure(let fault):
                let error = TapeError(.badMember(fault.detail), path: input.path, offset: oldest.offset)
                pending.removeAll()
                end = .failure(error)
                throw error
            case .success(let content) where oldest.isMerged:
                try part(content, oldest)
            case .success(let content):
                var batch = TapeBatch(
                    header: oldest.header, text: content.text, lines: content.lines, path: input.path,
                    headerLine: oldest.headerLine)
                if let line = content.lines.last {
                    segment = line.startsSegment ? line.sequence : line.segment ?? segment
                }
                if window != .everything {
                    batch.lines.removeAll { !window.contains(sequence: $0.sequence, receive: $0.receive) }
                }
                if batch.lines.isEmpty, batch.headerLine == nil { continue }
                return batch
            }
        }
    }

    /// Parts a merged member into batches of one stream each.
    private func part(_ content: TapeMember.Content, _ member: Pending) throws(TapeError) {
        var headerLine = member.headerLine
        for run in content.runs {
            guard var header = member.header.streams.first(where: { $0.stream == run.stream }) else {
                throw TapeError(
                    .badMember("the header does not list stream \(run.stream)"), path: input.path,
                    offset: member.offset)
            }
            header.streams = []
            var batch = TapeBatch(header: header, text: run.text, lines: [], path: input.path, headerLine: headerLine)
            batch.isMerged = true
            var state = streams[run.stream] ?? (0, nil)
            for line in run.lines {
                guard line.sequence > state.last else {
                    throw TapeError(
                        .badMember("seq \(line.sequence) of \(run.stream) is out of order"), path: input.path,
                        offset: member.offset)
                }
                if window.contains(sequence: line.sequence, receive: line.receive) {
                    batch.lines.append(line.with(segment: state.segment))
                }
                state = (line.sequence, line.startsSegment ? line.sequence : state.segment)
            }
            streams[run.stream] = state
            guard !batch.lines.isEmpty else { continue }
            ready.append(batch)
            headerLine = nil
        }
        if let headerLine { self.headerLine = headerLine }
    }

    /// Reads ahead until the budget is spent; one member is always taken.
    private func fill() {
        while end == nil, pending.isEmpty || pendingBytes < budget {
            do throws(TapeError) {
                if try !takeMember() { try finish() }
            } catch {
                // A member that is being written, or was when the recorder died: its lines are in the journal.
                guard error.isTornEnd else {
                    end = .failure(error)
                    continue
                }
                if journal != nil {
                    end = .success(())
                } else if (try? openJournal()) != true {
                    end = .failure(error)
                }
            }
        }
    }

    /// At the end of the file: goes on if a journal is found, for the tape may have grown before it was opened.
    private func finish() throws(TapeError) {
        guard journal == nil, !isPast, try openJournal() else {
            end = .success(())
            return
        }
    }

    /// Opens the journal; whoever goes on reading the tape afterwards misses nothing.
    private func openJournal() throws(TapeError) -> Bool {
        guard input.size != nil else { return false }
        if journal == nil { journal = JournalSource(ofTape: input.path, window: window) }
        try input.refresh()
        return journal != nil
    }

    /// Takes the next member in; false at the end.
    private func takeMember() throws(TapeError) -> Bool {
        let offset = input.offset
        guard let field = try readField() else { return false }
        if field.isHeader {
            // Parts joined with `cat`: gzip allows it, and so do we.
            let stream = header.stream
            try readHeader(field)
            guard header.stream == stream else {
                throw TapeError(.severalStreams([stream, header.stream]), path: input.path, offset: offset)
            }
            return true
        }
        guard field.isMerged || field.firstSequence > last.sequence, field.firstReceive >= last.receive else {
            throw TapeError(.badMember("it is out of order"), path: input.path, offset: offset)
        }
        // What is not there yet is not read: it may be there when this is tried again.
        try checkWhole(field, at: offset)
        last = (field.lastSequence, field.lastReceive)
        if window.isPast(sequence: field.isMerged ? 0 : field.firstSequence, receive: field.firstReceive) {
            isPast = true
            return false
        }
        if window.isBefore(sequence: field.isMerged ? .max : field.lastSequence, receive: field.lastReceive) {
            try input.skip(field.memberSize)
            return true
        }
        let bytes = try readMember(field, at: offset)
        // A line costs its bytes and its entry in the table of lines.
        let cost = field.memberSize + field.textSize + field.lines * MemoryLayout<TapeLine>.stride
        pendingBytes += cost
        pending.append(
            Pending(
                ticket: pool.submit { TapeMember.decode(bytes, field) }, header: header, headerLine: headerLine,
                offset: offset, cost: cost, isMerged: field.isMerged))
        headerLine = nil
        return true
    }

    /// The subfield of the member that comes next; nil at a clean end.
    private func readField() throws(TapeError) -> TapeMemberField? {
        let head = try input.peek(TapeMemberField.headSize)
        guard !head.isEmpty else { return nil }
        let offset = input.offset
        switch TapeMemberField.read(head.span, at: 0) {
        case .field(let field):
            tally.members += 1
            tally.textBytes += Int64(field.textSize)
            tally.fileBytes += Int64(field.memberSize)
            return field
        case .damaged(let detail): throw TapeError(.badMember(detail), path: input.path, offset: offset)
        case .version(let version):
            throw TapeError(
                .unsupportedVersion(found: version, supported: TapeFormat.version), path: input.path, offset: offset)
        case .foreign:
            let known = min(head.count, TapeMemberField.signature.count)
            let isCut =
                head.count < TapeMemberField.headSize
                && head.prefix(known).elementsEqual(TapeMemberField.signature.prefix(known))
            throw TapeError(isCut ? .truncated : .trailingBytes, path: input.path, offset: offset)
        }
    }

    private func checkWhole(_ field: TapeMemberField, at offset: Int64) throws(TapeError) {
        if let size = try input.currentSize(atLeast: offset + Int64(field.memberSize)),
            Int64(field.memberSize) > size - offset
        {
            throw TapeError(.truncated, path: input.path, offset: offset)
        }
    }

    private func readMember(_ field: TapeMemberField, at offset: Int64) throws(TapeError) -> [UInt8] {
        try checkWhole(field, at: offset)
        let bytes = try input.read(exactly: field.memberSize)
        guard bytes.count == field.memberSize else { throw TapeError(.truncated, path: input.path, offset: offset) }
        return bytes
    }

    private func readHeader(_ field: TapeMemberField) throws(TapeError) {
        let offset = input.offset
        let bytes = try readMember(field, at: offset)
        switch TapeMember.text(of: bytes, field) {
        case .failure(let fault): throw TapeError(.badMember(fault.detail), path: input.path, offset: offset)
        case .success(var text):
            guard text.popLast() == 0x0A, !text.contains(0x0A) else {
                throw TapeError(.badHeader("its member is not one line"), path: input.path, offset: offset)
            }
            header = try TapeHeader(line: text.span, in: 0..<text.count, path: input.path)
            headerLine = text
        }
    }
}

extension TapeError {
    /// Whether a file ends where a writer may be at work.
    fileprivate var isTornEnd: Bool { code == .truncated }
}
