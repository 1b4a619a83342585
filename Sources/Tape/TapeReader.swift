/// Reads tapes and the files that count as such: several as one, in order.
///
/// Parts of one stream play by part and sequence number; different streams by receive time, then by the order in which
/// they were named, then by sequence number. Members inflate on threads of their own, within a bound of bytes, and come
/// in order whatever the number of threads; lines are released only when their member's CRC has passed. A fault is thrown
/// after everything before it was delivered. Use it from one thread at a time; its calls block on the disk.
public final class TapeReader {
    private struct Play {
        var source: StreamSource
        var batch: TapeBatch?
        var next = 0
    }

    private var plays: [Play]
    private let tally = ReadingTally()
    private var failure: TapeError?

    /// The header of each stream's first part, in the order in which the streams were first named.
    public let streams: [TapeHeader]
    /// Size of all files together, in bytes; nil where one is a pipe.
    public let totalBytes: Int64?
    /// Bad lines left out so far.
    public var skippedLines: Int64 { tally.skipped }
    /// What was wrong with the first line left out.
    public var firstSkipped: TapeError? { tally.firstSkipped }
    /// Bytes of the files taken in so far; ahead of what was delivered.
    public var bytesRead: Int64 { tally.fileBytes }
    /// Members seen so far, headers included; 0 in files that are no tapes.
    public var membersRead: Int64 { tally.members }
    /// Bytes of decoded text seen so far, headers included.
    public var textBytesRead: Int64 { tally.textBytes }

    /// Opens files, reads their headers and finds where the window starts.
    ///
    /// - Parameters:
    ///   - paths: the files, at least one; `-` is standard input.
    ///   - configuration: window, threads, memory.
    /// - Throws: ``TapeError`` for a setting out of range, or a file that is missing, empty, a folder, of another
    ///   version, or damaged at its start.
    public init(paths: [String], configuration: TapeReaderConfiguration = .init()) throws(TapeError) {
        try configuration.validate()
        guard !paths.isEmpty else {
            throw TapeError(.badSetting(name: "tapes", given: "none", accepted: "at least one file"), path: "")
        }
        guard paths.count(where: { $0 == "-" }) <= 1 else {
            throw TapeError(.badSetting(name: "standard input", given: "named twice", accepted: "once"), path: "-")
        }
        let pool = WorkerPool(workers: configuration.workers)
        // Looking at the heads counts for nothing: files are opened again when they are played.
        let probe = SourceOpener(configuration: configuration, pool: pool, budget: 0, tally: ReadingTally())
        let piped = SourceOpener(configuration: configuration, pool: pool, budget: 1 << 20, tally: tally)
        var names: [String] = []
        var files: [[StreamSource.File]] = []
        var total: Int64? = 0
        for path in paths {
            let source: any LineSource
            var size: Int64?
            do throws(TapeError) {
                // Opened once: a pipe gives its bytes only once.
                let input = try InputFile(path: path)
                size = input.size
                source = try (size == nil ? piped : probe).open(input, segment: 0)
            } catch {
                guard let journal = probe.journalOnly(path, error) else { throw error }
                source = journal
                size = 0
            }
            total = size.flatMap { size in total.map { $0 + size } }
            let file = StreamSource.File(
                path: path, header: source.header, firstSequence: source.firstSequence,
                source: size == nil ? source : nil)
            if let index = names.firstIndex(of: source.header.stream) {
                files[index].append(file)
            } else {
                names.append(source.header.stream)
                files.append([file])
            }
        }
        totalBytes = total
        let budget = max(1, configuration.windowBytes / names.count)
        let opener = SourceOpener(configuration: configuration, pool: pool, budget: budget, tally: tally)
        plays = zip(names, files).map { name, files in
            Play(source: StreamSource(stream: name, files: files, opener: opener))
        }
        streams = plays.flatMap { play in
            let header = play.source.files.first?.header
            return header.map { $0.streams.isEmpty ? [$0] : $0.streams } ?? []
        }
    }

    /// The next lines; nil at the end.
    ///
    /// Blocks until the next member is there.
    ///
    /// - Returns: at least one line of one stream, or only a part's header line.
    /// - Throws: ``TapeError`` where a file is damaged or ends early; the same again at the next call.
    public func next() throws(TapeError) -> TapeBatch? {
        if let failure { throw failure }
        do throws(TapeError) {
            return plays.count == 1 ? try plays[0].source.next() : try nextOfSeveral()
        } catch {
            failure = error
            throw error
        }
    }

    /// The longest run of lines that one stream has before the others' next lines.
    private func nextOfSeveral() throws(TapeError) -> TapeBatch? {
        var best: (index: Int, receive: Int64)?
        var rival: (index: Int, receive: Int64)?
        for index in plays.indices {
            while plays[index].batch == nil {
                guard let batch = try plays[index].source.next() else { break }
                if batch.lines.isEmpty { continue }
                plays[index].batch = batch
                plays[index].next = 0
            }
            guard let batch = plays[index].batch else { continue }
            let receive = batch.lines[plays[index].next].receive
            if let held = best, receive >= held.receive {
                if rival.map({ receive < $0.receive }) ?? true { rival = (index, receive) }
            } else {
                rival = best
                best = (index, receive)
            }
        }
        guard let best, var batch = plays[best.index].batch else { return nil }
        let start = plays[best.index].next
        var end = batch.lines.count
        if let rival {
            // At equal times the stream that was named first goes first.
            end = start + 1
            while end < batch.lines.count,
                batch.lines[end].receive < rival.receive
                    || batch.lines[end].receive == rival.receive && best.index < rival.index
            {
                end += 1
            }
        }
        if end == batch.lines.count {
            plays[best.index].batch = nil
        } else {
            plays[best.index].next = end
            plays[best.index].batch?.headerLine = nil
        }
        if start > 0 || end < batch.lines.count { batch.lines = Array(batch.lines[start..<end]) }
        return batch
    }
}
