/// Where a follower stands: in which part, behind which member, behind which line.
struct FollowState: Sendable {
    enum Look {
        case lines(TapeBatch)
        case nothing
        case ended
    }

    private(set) var header: TapeHeader
    private var path: String
    /// Behind the last whole member.
    private var place: Int64 = 0
    private var last: (sequence: Int64, receive: Int64)
    private var segment: Int64 = 0
    private var isClosed = false
    private var headerLine: [UInt8]?
    private var ready: [TapeBatch] = []

    init(path: String, after: Int64) throws(TapeError) {
        self.path = path
        last = (after, 0)
        let reader = try TapeReader(paths: [path], configuration: TapeReaderConfiguration(workers: 1))
        guard let header = reader.streams.first else { throw TapeError(.empty, path: path) }
        self.header = header
        var line: [UInt8] = []
        header.appendLine(to: &line)
        headerLine = line
    }

    /// One look: members first, then the journal, then the next part.
    mutating func look() throws(TapeError) -> Look {
        if !ready.isEmpty { return .lines(ready.removeFirst()) }
        guard !isClosed else { return .ended }
        // Opened before the members are read: what is sealed meanwhile is in one of the two.
        let journal = JournalSource(ofTape: path, window: .everything)
        let follows =
            partAfter(path).map {
                PosixFileSystem().exists($0) || PosixFileSystem().exists($0 + CaptureNaming.journalSuffix)
            } ?? false
        try readMembers(isFinal: journal == nil)
        if ready.isEmpty, let journal {
            while let batch = try journal.next(after: last, segment: segment, header: header) { take(batch) }
        }
        if !ready.isEmpty { return .lines(ready.removeFirst()) }
        if journal == nil, !isClosed {
            guard follows, let next = partAfter(path) else { return .ended }
            path = next
            place = 0
            return try look()
        }
        return isClosed ? .ended : .nothing
    }

    /// Takes whole members that are new, up to a few mebibytes.
    private mutating func readMembers(isFinal: Bool) throws(TapeError) {
        guard let input = try? InputFile(path: path), let size = input.size else { return }
        var taken = 0
        while place < size, taken < 4 << 20 {
            let head = try input.bytes(at: place, TapeMemberField.headSize)
            guard case .field(let field) = TapeMemberField.read(head.span, at: 0),
                Int64(field.memberSize) <= size - place
            else {
                // A member that is being written; behind the last there must be nothing.
                if isFinal { throw TapeError(.truncated, path: path, offset: place) }
                return
            }
            let bytes = try input.bytes(at: place, field.memberSize)
            let start = place
            place += Int64(field.memberSize)
            if field.isHeader {
                if case .success(let text) = TapeMember.text(of: bytes, field), text.last == 0x0A {
                    header = try TapeHeader(line: text.span, in: 0..<text.count - 1, path: path)
                    headerLine = text.dropLast()
                }
                continue
            }
            segment = max(segment, field.segment)
            guard field.lastSequence > last.sequence else { continue }
            switch TapeMember.decode(bytes, field) {
            case .failure(let fault): throw TapeError(.badMember(fault.detail), path: path, offset: start)
            case .success(let content):
                taken += content.text.count
                take(
                    TapeBatch(header: header, text: content.text, lines: content.lines, path: path, headerLine: nil))
            }
        }
    }

    private mutating func take(_ batch: TapeBatch) {
        var batch = batch
        let known = last.sequence
        batch.lines.removeAll { $0.sequence <= known }
        guard let line = batch.lines.last else { return }
        last = (line.sequence, line.receive)
        segment = line.startsSegment ? line.sequence : line.segment ?? segment
        if line.kind == .event, let event = try? batch.event(line), case .closed = event { isClosed = true }
        batch.headerLine = headerLine
        headerLine = nil
        ready.append(batch)
    }

    private func partAfter(_ path: String) -> String? {
        let name = String(path.split(separator: "/").last ?? "")
        guard let parsed = CaptureNaming.parse(name) else { return nil }
        let configuration = TapeCaptureConfiguration(folder: folder(of: path), name: parsed.name)
        return configuration.path(stream: parsed.stream, part: parsed.part + 1)
    }
}
