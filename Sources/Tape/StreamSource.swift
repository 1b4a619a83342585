/// The files of one stream, one after the other: parts by number, within a part by sequence number.
final class StreamSource {
    /// A file, with what its head says.
    struct File {
        var path: String
        var header: TapeHeader
        var firstSequence: Int64?
        /// Kept open where it cannot be opened again: standard input, a pipe.
        var source: (any LineSource)?
    }

    let stream: String
    let files: [File]
    private let opener: SourceOpener
    private var index = 0
    private var current: (any LineSource)?
    private var lastSequence: Int64 = 0
    private var segment: Int64 = 0

    init(stream: String, files: [File], opener: SourceOpener) {
        self.stream = stream
        self.opener = opener
        self.files = files.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            if a.header.part != b.header.part { return a.header.part < b.header.part }
            let (x, y) = (a.firstSequence ?? .max, b.firstSequence ?? .max)
            return x != y ? x < y : left.offset < right.offset
        }.map(\.element)
    }

    func next() throws(TapeError) -> TapeBatch? {
        while index < files.count {
            let file = files[index]
            let source: any LineSource
            if let open = current ?? file.source {
                source = open
            } else {
                source = try opener.open(file.path, segment: segment)
            }
            current = source
            if var batch = try source.next() {
                if batch.isFromJournal, index + 1 < files.count, let next = files[index + 1].firstSequence {
                    // A rotation was cut short: the lines that the next part begins with stand here too.
                    batch.lines.removeAll { $0.sequence >= next }
                    if batch.lines.isEmpty, batch.headerLine == nil { continue }
                }
                if batch.isMerged { return batch }
                if let first = batch.lines.first, first.sequence <= lastSequence {
                    let other = index > 0 ? files[index - 1].path : file.path
                    throw TapeError(.overlap(other: other), path: file.path)
                }
                if let line = batch.lines.last {
                    lastSequence = line.sequence
                    segment = line.startsSegment ? line.sequence : line.segment ?? segment
                }
                return batch
            }
            current = nil
            index += 1
        }
        return nil
    }
}

/// Opens files and finds out what they are.
struct SourceOpener {
    let configuration: TapeReaderConfiguration
    let pool: WorkerPool
    let budget: Int
    let tally: ReadingTally

    /// Opens one file.
    ///
    /// `segment` is the sequence number of the last `gap` or `dropped` line before it; a tape's own subfield says it
    /// better.
    func open(_ path: String, segment: Int64) throws(TapeError) -> any LineSource {
        do throws(TapeError) { return try open(InputFile(path: path), segment: segment) } catch {
            guard let source = journalOnly(path, error) else { throw error }
            return source
        }
    }

    /// The journal of a part whose file is not there yet, or is no more than the beginning of its header.
    func journalOnly(_ path: String, _ error: TapeError) -> (any LineSource)? {
        switch error.code {
        case .system(_, SystemFault.missing), .empty, .truncated: JournalOnlySource(path, window: configuration.window)
        default: nil
        }
    }

    /// Finds out what an open file is.
    func open(_ input: InputFile, segment: Int64) throws(TapeError) -> any LineSource {
        let path = input.path
        let head = try input.peek(TapeMemberField.headSize)
        guard !head.isEmpty else { throw TapeError(.empty, path: path) }
        switch TapeMemberField.read(head.span, at: 0) {
        case .foreign:
            let isCompressed = head.prefix(2).elementsEqual([0x1F, 0x8B].prefix(head.count))
            return try ForeignSource(
                input, isCompressed: isCompressed, configuration: configuration, segment: segment, tally: tally)
        case .field, .damaged, .version:
            return try MemberSource(
                input, pool: pool, window: configuration.window, budget: budget, hopDistance: configuration.hopDistance,
                tally: tally)
        }
    }
}
