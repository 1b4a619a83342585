/// `tape recover`: makes a whole tape of what a dead recorder or a bad disk left.
///
/// Members are followed past any damage, the journal's lines behind them added. The result is written beside the tape,
/// synced and renamed; done again, nothing changes. A stream that no recorder ended gets a `closed` line with the cause
/// `recovered`.
public enum TapeRecovery {
    /// Recovers one tape.
    ///
    /// - Parameters:
    ///   - path: the tape, or its journal.
    ///   - writing: member size, member time and level of the lines from the journal; those of the recorder give the
    ///     bytes that it would have written.
    /// - Returns: what was kept and lost.
    /// - Throws: ``TapeError``: `busy` while a recorder writes it, a failing disk, another version.
    public static func run(
        path: String, writing: TapeWriterConfiguration = .init()
    ) throws(TapeError) -> TapeRecoveryReport {
        try run(path: path, writing: writing, files: PosixFileSystem())
    }

    /// Recovers every tape of a folder that has a journal which no process holds.
    ///
    /// - Parameters:
    ///   - folder: the folder.
    ///   - name: only files of this name: `NAME_STREAM_PART.jsonl.gz`; nil: all.
    ///   - writing: as in ``run(path:writing:)``.
    /// - Returns: for each tape, in the order of names, what was kept, or why it could not be recovered.
    /// - Throws: ``TapeError`` if the folder cannot be read.
    public static func run(
        folder: String, name: String? = nil, writing: TapeWriterConfiguration = .init()
    ) throws(TapeError) -> [Result<TapeRecoveryReport, TapeError>] {
        try run(folder: folder, name: name, writing: writing, files: PosixFileSystem())
    }

    static func run(
        folder: String, name: String?, writing: TapeWriterConfiguration, files: any FileSystem
    ) throws(TapeError) -> [Result<TapeRecoveryReport, TapeError>] {
        let entries: [FolderEntry]
        do throws(SystemFault) { entries = try files.entries(of: folder) } catch { throw error.error(folder) }
        var results: [Result<TapeRecoveryReport, TapeError>] = []
        for entry in entries {
            guard let tape = CaptureNaming.tape(ofJournal: entry.name),
                name == nil || CaptureNaming.parse(tape)?.name == name
            else { continue }
            do throws(TapeError) {
                results.append(.success(try run(path: "\(folder)/\(tape)", writing: writing, files: files)))
            } catch {
                // Another recorder is at work in this folder: its tape is not ours to touch.
                if error.code != .busy { results.append(.failure(error)) }
            }
        }
        return results
    }

    static func run(
        path given: String, writing: TapeWriterConfiguration, files: any FileSystem
    ) throws(TapeError) -> TapeRecoveryReport {
        try writing.validate()
        let isJournal = given.hasSuffix(CaptureNaming.journalSuffix)
        let path = isJournal ? String(given.dropLast(CaptureNaming.journalSuffix.count)) : given
        let work = RecoveryWork(path: path, writing: writing, files: files)
        do throws(SystemFault) { try work.open() } catch {
            work.close()
            throw error.number == SystemFault.wouldBlock ? TapeError(.busy, path: path) : error.error(path)
        }
        defer { work.close() }
        return try work.run()
    }

    /// The end of the latest stream in a folder, from the heads of its last part's members.
    ///
    /// - Parameters:
    ///   - folder: the folder.
    ///   - name: files of this name.
    /// - Returns: stream, last sequence number and receive time; nil if there is no readable tape.
    public static func lastLine(in folder: String, name: String) -> TapeEvent.Previous? {
        let files = PosixFileSystem()
        guard let entries = try? files.entries(of: folder) else { return nil }
        for entry in entries.reversed() {
            guard let parsed = CaptureNaming.parse(entry.name), parsed.name == name,
                let input = try? InputFile(path: "\(folder)/\(entry.name)"), let size = input.size
            else { continue }
            var place: Int64 = 0
            var last: TapeEvent.Previous?
            while place < size, let head = try? input.bytes(at: place, TapeMemberField.headSize),
                case .field(let field) = TapeMemberField.read(head.span, at: 0)
            {
                place += Int64(field.memberSize)
                guard !field.isHeader, place <= size else { continue }
                last = TapeEvent.Previous(
                    stream: parsed.stream, sequence: field.lastSequence, receive: field.lastReceive)
            }
            if let last { return last }
        }
        return nil
    }
}
