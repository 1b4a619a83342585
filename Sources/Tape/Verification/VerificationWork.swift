import TradeModel

/// Goes through the files of one stream and counts.
struct VerificationWork {
    var result: TapeVerification
    /// Bytes read so far.
    var read: Int64
    private var decoder = FinnhubFrameDecoder()
    private var last: (sequence: Int64, receive: Int64) = (0, 0)
    private var segment: Int64 = 0
    /// The largest number that is missing so far.
    private var lastMissing: Int64 = 0
    private var isInGap = false
    private var streams: [String: Int64] = [:]

    init(result: TapeVerification, read: Int64) {
        self.result = result
        self.read = read
    }

    /// Verifies the next file.
    mutating func verify(_ file: VerifiedFile, isLast: Bool, _ progress: (Int64) -> Void) throws(TapeError) {
        let journal = JournalSource(ofTape: file.path, window: .everything)
        if file.isTape { try verifyMembers(file, hasJournal: journal != nil, progress) } else { verifyLines(file) }
        guard let journal else {
            if isLast { checkEnd(file) }
            return
        }
        let header = file.header ?? TapeHeader(stream: "-", source: "", symbols: [], recorder: "", receive: 0)
        while let batch = try journal.next(after: last, segment: segment, header: header) {
            for line in batch.lines {
                add(line, batch, file.path, nil)
                result.journalLines += 1
            }
        }
        if Self.isHeld(file.path + CaptureNaming.journalSuffix) {
            result.isBeingWritten = true
        } else {
            result.find(
                file.path, nil,
                "its recorder died and left a journal: run `tapedeck tape recover` on it")
        }
    }

    private mutating func verifyMembers(
        _ file: VerifiedFile, hasJournal: Bool, _ progress: (Int64) -> Void
    ) throws(TapeError) {
        let input = try InputFile(path: file.path)
        let size = input.size ?? 0
        if size == 0, !hasJournal { result.find(file.path, 0, "the file is empty") }
        var walk = MemberWalk(size: size) { (offset, count) throws(TapeError) in try input.bytes(at: offset, count) }
        let base = read
        var isFirst = true
        while let item = try walk.next() {
            switch item {
            case .header(_, let line):
                do throws(TapeError) {
                    let header = try TapeHeader(line: line.span, in: 0..<line.count, path: file.path)
                    result.hasHeader = true
                    if header.stream != result.stream {
                        result.find(file.path, walk.place, "it holds another stream too, \(header.stream)")
                    }
                } catch {
                    result.find(file.path, 0, "\(error.code)")
                }
            case .member(_, let field, let content):
                if isFirst { result.find(file.path, 0, "there is no header before the first lines") }
                result.members += 1
                if field.isMerged {
                    addMerged(content, file, walk.place - Int64(field.memberSize))
                    break
                }
                checkSegment(field, file.path, walk.place - Int64(field.memberSize))
                for line in content.lines {
                    add(
                        line,
                        TapeBatch(
                            header: Self.nobody, text: content.text, lines: [], path: file.path, headerLine: nil),
                        file.path, walk.place - Int64(field.memberSize))
                }
            case .salvaged(let salvage):
                if salvage.isVerified { result.find(file.path, salvage.place, salvage.reason) }
                let batch = TapeBatch(
                    header: Self.nobody, text: salvage.content.text, lines: [], path: file.path, headerLine: nil)
                if salvage.isVerified {
                    for line in salvage.content.lines { add(line, batch, file.path, salvage.place) }
                }
            case .lost(let range, let reason, let isEnd):
                // A member that is being written is torn; its lines are in the journal.
                if !(isEnd && hasJournal) {
                    result.find(
                        file.path, range.lowerBound,
                        "\(range.upperBound - range.lowerBound) bytes are no use: \(reason)")
                }
            }
            isFirst = false
            read = base + walk.place
            progress(read)
        }
    }

    /// Lines of a merged tape: numbers rise within each stream, and may be missing there as in a cut.
    private mutating func addMerged(_ content: TapeMember.Content, _ file: VerifiedFile, _ place: Int64) {
        for run in content.runs {
            if file.header?.streams.contains(where: { $0.stream == run.stream }) != true {
                result.find(file.path, place, "the header does not list stream \(run.stream)")
            }
            let batch = TapeBatch(header: Self.nobody, text: run.text, lines: [], path: file.path, headerLine: nil)
            for line in run.lines {
                // As if it were a stream of its own, with its own last number.
                last.sequence = streams[run.stream] ?? 0
                add(line, batch, file.path, place)
                streams[run.stream] = line.sequence
            }
        }
    }

    private static let nobody = TapeHeader(stream: "-", source: "", symbols: [], recorder: "", receive: 0)

    /// The subfield's segment must be the one that the lines before it tell, unless the line that it names may be among
    /// those that are missing.
    private mutating func checkSegment(_ field: TapeMemberField, _ path: String, _ place: Int64) {
        if last.sequence > 0, field.firstSequence == last.sequence + 1, field.segment != segment,
            field.segment > lastMissing
        {
            result.find(path, place, "a member says its segment is \(field.segment), and the lines say \(segment)")
        }
        segment = max(segment, field.segment)
    }

    /// A file without members: read as it is, to its first fault.
    private mutating func verifyLines(_ file: VerifiedFile) {
        do throws(TapeError) {
            let reader = try TapeReader(paths: [file.path], configuration: TapeReaderConfiguration(workers: 1))
            while let batch = try reader.next() { for line in batch.lines { add(line, batch, file.path, nil) } }
            read += reader.bytesRead
        } catch {
            result.find(file.path, error.offset, error.line.map { "line \($0): \(error.detail)" } ?? error.detail)
        }
    }

    private mutating func add(_ line: TapeLine, _ batch: TapeBatch, _ path: String, _ offset: Int64?) {
        if line.sequence <= last.sequence {
            result.find(path, offset, "seq \(line.sequence) comes after \(last.sequence)")
        } else if last.sequence > 0, line.sequence != last.sequence + 1 {
            lastMissing = line.sequence - 1
            result.find(path, offset, "seq \(last.sequence + 1) to \(line.sequence - 1) is missing")
        }
        if line.receive < last.receive {
            result.find(path, offset, "receive \(line.receive) of seq \(line.sequence) is before \(last.receive)")
        }
        last = (max(last.sequence, line.sequence), max(last.receive, line.receive))
        if line.startsSegment { segment = line.sequence }
        result.lines += 1
        result.sequences =
            min(
                result.sequences?.lowerBound ?? line.sequence, line.sequence)...max(
                result.sequences?.upperBound ?? line.sequence, line.sequence)
        result.receives = min(result.receives?.lowerBound ?? line.receive, line.receive)...last.receive
        result.isClosed = false
        guard line.kind == .event else {
            result.frames += 1
            let body = batch.text.span.extracting(line.body)
            if line.kind == .frame, (try? decoder.decode(body)) != nil { result.trades += Int64(decoder.trades.count) }
            return
        }
        switch try? batch.event(line) {
        case .gap:
            result.gaps += 1
            if !isInGap { result.openGaps += 1 }
            isInGap = true
        case .resumed:
            if isInGap { result.openGaps -= 1 }
            isInGap = false
        case .dropped(let frames, _, _): result.droppedFrames += max(0, frames)
        case .closed: result.isClosed = true
        default: break
        }
    }

    /// A tape of a recorder ends with `closed`, or goes on in another part.
    private mutating func checkEnd(_ file: VerifiedFile) {
        guard !result.isClosed, let header = file.header, header.endsWithClosed else { return }
        if let parsed = CaptureNaming.parse(String(file.path.split(separator: "/").last ?? "")) {
            let configuration = TapeCaptureConfiguration(folder: folder(of: file.path), name: parsed.name)
            let following = configuration.path(stream: parsed.stream, part: parsed.part + 1)
            let files = PosixFileSystem()
            if files.exists(following) || files.exists(following + CaptureNaming.journalSuffix) { return }
        }
        result.find(
            file.path, nil,
            "there is no `closed` line: lines may be missing at the end (a cut of a tape has none either)")
    }

    private static func isHeld(_ journal: String) -> Bool {
        let files = PosixFileSystem()
        guard let file = try? files.open(journal) else { return false }
        defer { files.close(file) }
        return (try? files.lock(file)) == false
    }
}

extension TapeError {
    /// The fault without its place.
    var detail: String { TapeError(code, path: "").description }
}
