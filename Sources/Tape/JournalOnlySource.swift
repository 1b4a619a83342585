/// A part of which there is only the journal yet.
final class JournalOnlySource: LineSource {
    private let path: String
    private let journal: JournalSource
    private var ready: TapeBatch?
    private var headerLine: [UInt8]?
    private var last: (sequence: Int64, receive: Int64) = (0, 0)
    private var segment: Int64 = 0
    let header: TapeHeader

    var firstSequence: Int64? { ready?.lines.first?.sequence }

    /// Opens the journal of a tape; nil if it has none that begins with a header.
    init?(_ path: String, window: TapeWindow) {
        guard let journal = JournalSource(ofTape: path, window: window) else { return nil }
        self.path = path
        self.journal = journal
        // Replaced at once; a header has to be there before lines can be asked for.
        let nobody = TapeHeader(stream: "-", source: "", symbols: [], recorder: "", receive: 0)
        let first: TapeBatch?
        do throws(TapeError) {
            first = try journal.next(after: (0, 0), segment: 0, header: nobody)
        } catch {
            return nil
        }
        guard let line = journal.headerLine,
            let header = try? TapeHeader(line: line.span, in: 0..<line.count, path: path)
        else { return nil }
        self.header = header
        headerLine = line
        ready = first.map { first in
            var batch = TapeBatch(header: header, text: first.text, lines: first.lines, path: path, headerLine: line)
            batch.isFromJournal = true
            return batch
        }
    }

    func next() throws(TapeError) -> TapeBatch? {
        var batch = ready
        ready = nil
        if batch == nil { batch = try journal.next(after: last, segment: segment, header: header) }
        guard let batch, let line = batch.lines.last else {
            guard let headerLine else { return nil }
            self.headerLine = nil
            return TapeBatch(header: header, text: [], lines: [], path: path, headerLine: headerLine)
        }
        headerLine = nil
        last = (line.sequence, line.receive)
        segment = line.startsSegment ? line.sequence : line.segment ?? segment
        return batch
    }
}
