/// One recovery: the files it holds and the order in which it goes through them.
final class RecoveryWork {
    private let path: String
    private let writing: TapeWriterConfiguration
    private let files: any FileSystem
    private var journal: Int32?
    private var tape: Int32?
    private var output: Int32?

    private var journalPath: String { path + CaptureNaming.journalSuffix }
    private var outputPath: String { path + CaptureNaming.recoverySuffix }

    init(path: String, writing: TapeWriterConfiguration, files: any FileSystem) {
        self.path = path
        self.writing = writing
        self.files = files
    }

    /// Opens and locks what is there.
    func open() throws(SystemFault) {
        if files.exists(journalPath) {
            let file = try files.open(journalPath)
            journal = file
            guard try files.lock(file) else { throw SystemFault(call: "flock", number: SystemFault.wouldBlock) }
        }
        if files.exists(path) || journal == nil { tape = try files.open(path) }
        if files.exists(outputPath) {
            // Of a recovery that died, or of one that is at work.
            let file = try files.open(outputPath)
            defer { files.close(file) }
            guard try files.lock(file) else { throw SystemFault(call: "flock", number: SystemFault.wouldBlock) }
            try files.remove(outputPath)
        }
        let file = try files.create(outputPath)
        output = file
        guard try files.lock(file) else { throw SystemFault(call: "flock", number: SystemFault.wouldBlock) }
    }

    func close() {
        for file in [journal, tape, output] { if let file { files.close(file) } }
        (journal, tape, output) = (nil, nil, nil)
    }

    func run() throws(TapeError) -> TapeRecoveryReport {
        guard let output else { throw TapeError(.busy, path: path) }
        var result = RecoveryOutput(
            files, file: output, configuration: writing, report: TapeRecoveryReport(path: path))
        do throws(TapeError) {
            try write(&result)
            try typed { () throws(SystemFault) in try result.finish() }
        } catch {
            try? files.remove(outputPath)
            throw error
        }
        let report = result.report
        do throws(SystemFault) { return try install(report, differs: result.differs) } catch { throw error.error(path) }
    }

    // MARK: - Reading

    private func write(_ result: inout RecoveryOutput) throws(TapeError) {
        let name = String(path.split(separator: "/").last ?? "")
        let parsed = CaptureNaming.parse(name)
        var bound: Int64?
        if let parsed { bound = try firstSequence(ofPartAfter: parsed, name) }
        let hasNext = bound != nil
        var lines = try journalLines()
        let size =
            try typed { () throws(SystemFault) in try tape.map { (file) throws(SystemFault) in try files.size(file) } }
            ?? 0
        var walk = MemberWalk(size: size, read: reader(tape))
        var hasHeader = false
        var isRecorded = false
        var next = try lines.next()

        /// Lines of the journal up to a sequence number; what the next part holds is its own.
        func fromJournal(before limit: Int64) throws(TapeError) {
            while let line = next, line.envelope.sequence < limit {
                let isNew = line.envelope.sequence > result.last.sequence
                if isNew, line.envelope.receive < result.last.receive {
                    result.update { $0.lostJournalBytes += Int64(line.bytes.count) + 1 }
                } else if isNew, bound.map({ line.envelope.sequence < $0 }) ?? true {
                    let content = TapeMember.goodLines(in: line.bytes + [0x0A], isVerified: true)
                    for one in content.lines {
                        let kept = try typed { () throws(SystemFault) in try result.append(content, one) }
                        if kept { result.update { $0.journalLines += 1 } }
                    }
                }
                next = try lines.next()
            }
        }
        func header(_ line: [UInt8]?, _ bytes: [UInt8]?, receive: Int64) throws(TapeError) {
            guard !hasHeader else {
                // Parts joined with `cat` repeat it; another stream's has no place here.
                guard let line else { return }
                let other = try? TapeHeader(line: line.span, in: 0..<line.count, path: path)
                if other?.stream != result.report.stream { result.leaveOut() }
                return
            }
            hasHeader = true
            var (header, text) = try headerOrSubstitute(line ?? lines.headerLine, name, receive: receive)
            let whole = text == line ? bytes : nil
            isRecorded = header.endsWithClosed
            if text == nil {
                var made: [UInt8] = []
                header.appendLine(to: &made)
                text = made
            }
            let known = text ?? []
            try typed { () throws(SystemFault) in
                try result.header(known, receive: header.receive, bytes: whole)
            }
            result.update {
                $0.stream = header.stream
                $0.part = header.part
            }
        }
        /// Whether a torn last member's lines are all in the journal: how a crash looks, and no damage.
        func isCovered(_ isSalvaged: Bool) throws(TapeError) -> Bool {
            while let line = next, line.envelope.sequence <= result.last.sequence { next = try lines.next() }
            // Before the first line there is only the header to lose.
            if result.last.sequence == 0, lines.headerLine != nil { return true }
            return isSalvaged || next?.envelope.sequence == result.last.sequence + 1
        }

        /// Whether lines of the torn member were looked at, and all came from the journal.
        var isTornCovered = false
        while let item = try walk.next() {
            switch item {
            case .header(let bytes, let line): try header(line, bytes, receive: 0)
            case .member(_, let field, _) where field.isMerged:
                throw TapeError(
                    .unsupported("is a merged tape, which has no recorder: merge its tapes again"), path: path)
            case .member(let bytes, let field, let content):
                try header(nil, nil, receive: field.firstReceive)
                try fromJournal(before: field.firstSequence)
                try typed { () throws(SystemFault) in try result.member(bytes, field, content) }
            case .salvaged(let salvage):
                if let line = salvage.headerLine, salvage.isVerified { try header(line, nil, receive: 0) }
                let reason = "offset \(salvage.place): \(salvage.reason)"
                result.update { $0.lostBytes += salvage.uselessBytes }
                if salvage.isVerified { result.leaveOut() }
                guard let first = salvage.content.lines.first else {
                    result.update { $0.note(reason) }
                    continue
                }
                try header(nil, nil, receive: first.receive)
                for line in salvage.content.lines {
                    // Where the journal holds a line too, its word counts: it was whole there.
                    if !salvage.isVerified { try fromJournal(before: line.sequence + 1) }
                    guard line.sequence > result.last.sequence else { continue }
                    let kept = try typed { () throws(SystemFault) in try result.append(salvage.content, line) }
                    guard kept else { continue }
                    result.update {
                        if salvage.isVerified { $0.rescuedLines += 1 } else { $0.unverifiedLines += 1 }
                    }
                }
                isTornCovered = !salvage.isVerified && result.report.unverifiedLines == 0
                if salvage.isVerified { result.update { $0.note(reason) } }
            case .lost(let range, let reason, let isEnd):
                let covered = isEnd ? try isCovered(isTornCovered) : false
                result.update { report in
                    let count = range.upperBound - range.lowerBound
                    if covered { report.tornTailBytes += count } else { report.lostBytes += count }
                    if !covered { report.note("offset \(range.lowerBound): \(reason)") }
                }
            }
        }
        try header(nil, nil, receive: next?.envelope.receive ?? 0)
        try fromJournal(before: .max)
        result.update {
            $0.tornBytes = lines.tornBytes
            $0.lostJournalBytes += lines.badBytes
        }
        let isUnfinished = journal != nil || result.differs || !result.report.damages.isEmpty || isRecorded
        // A header alone is a stream that ended at once, if nothing was lost behind it.
        let hasContent =
            result.last.sequence > 0 || result.report.part == 1 && isRecorded && result.report.lostBytes == 0
        if isUnfinished, !hasNext, !result.isClosed, hasContent {
            try typed { () throws(SystemFault) in try result.close() }
        }
    }

    private func journalLines() throws(TapeError) -> JournalScan { JournalScan(read: reader(journal)) }

    private func reader(_ file: Int32?) -> (Int64, Int) throws(TapeError) -> [UInt8] {
        { [files, path] (offset, count) throws(TapeError) in
            guard let file else { return [] }
            do throws(SystemFault) { return try files.read(file, at: offset, count) } catch { throw error.error(path) }
        }
    }

    private func typed<Value>(_ work: () throws(SystemFault) -> Value) throws(TapeError) -> Value {
        do throws(SystemFault) { return try work() } catch { throw error.error(outputPath) }
    }

    /// The header and its line, or what the file's name tells where there is none.
    private func headerOrSubstitute(
        _ line: [UInt8]?, _ name: String, receive: Int64
    ) throws(TapeError) -> (TapeHeader, [UInt8]?) {
        if let line {
            do throws(TapeError) {
                return (try TapeHeader(line: line.span, in: 0..<line.count, path: path), line)
            } catch {
                if case .unsupportedVersion = error.code { throw error }
            }
        }
        let parsed = CaptureNaming.parse(name)
        let header = TapeHeader(
            stream: parsed?.stream ?? "recovered", source: "unknown", symbols: [], recorder: "recover",
            part: parsed?.part ?? 1, receive: max(0, receive))
        return (header, nil)
    }

    /// First sequence number of the next part of the stream: a rotation that was cut short left its lines here too.
    private func firstSequence(
        ofPartAfter parsed: (name: String, stream: String, part: Int), _ name: String
    ) throws(TapeError) -> Int64? {
        let configuration = TapeCaptureConfiguration(folder: folder(of: path), name: parsed.name)
        let following = configuration.path(stream: parsed.stream, part: parsed.part + 1)
        if let file = try? files.open(following) {
            defer { files.close(file) }
            let size = try typed { () throws(SystemFault) in try files.size(file) }
            var walk = MemberWalk(size: size, read: reader(file))
            while let item = try walk.next() {
                if case .member(_, let field, _) = item { return field.firstSequence }
                if case .salvaged(let salvage) = item, let line = salvage.content.lines.first { return line.sequence }
            }
        }
        guard let file = try? files.open(following + CaptureNaming.journalSuffix) else { return nil }
        defer { files.close(file) }
        var lines = JournalScan(read: reader(file))
        return try lines.next()?.envelope.sequence
    }

    // MARK: - Installing

    /// Gives the result the tape's name, then lets the journal go; each step can be the last, and the next run ends it.
    private func install(_ found: TapeRecoveryReport, differs: Bool) throws(SystemFault) -> TapeRecoveryReport {
        var report = found
        let isTorn = report.tornTailBytes > 0
        if report.outcome == .nothing || (!differs && !isTorn && report.lostBytes == 0 && tape != nil) {
            try files.remove(outputPath)
            if report.outcome != .nothing { try removeJournal(report) }
            return report
        }
        if tape != nil, report.lostBytes > 0 || report.unverifiedLines > 0 || report.rescuedLines > 0 {
            report.original = try keepOriginal()
        }
        try files.rename(outputPath, to: path, replaces: true)
        try files.syncFolder(folder(of: path))
        report.isChanged = true
        try removeJournal(report)
        return report
    }

    private func keepOriginal() throws(SystemFault) -> String {
        var number = 1
        while true {
            let name = path + CaptureNaming.damagedSuffix + (number == 1 ? "" : "-\(number)")
            do throws(SystemFault) {
                try files.link(path, to: name)
                return name
            } catch {
                guard error.isExisting, number < 1_000 else { throw error }
                number += 1
            }
        }
    }

    private func removeJournal(_ report: TapeRecoveryReport) throws(SystemFault) {
        let rewrite = journalPath + CaptureNaming.rewriteSuffix
        if journal != nil, files.exists(rewrite) { try files.remove(rewrite) }
        guard journal != nil else { return }
        if report.lostJournalBytes > 0 {
            try files.rename(journalPath, to: journalPath + CaptureNaming.damagedSuffix, replaces: true)
        } else {
            try files.remove(journalPath)
        }
        try files.syncFolder(folder(of: path))
    }
}
