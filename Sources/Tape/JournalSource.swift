/// The lines of a journal beside its tape: those that the tape does not have yet.
///
/// The journal is opened before the tape is read to its end, so that what the recorder seals meanwhile is in one of the
/// two. Its last line counts only when it has its LF.
final class JournalSource {
    private let input: InputFile
    private var scan: JournalScan
    private let window: TapeWindow
    private let tapePath: String

    /// Opens the journal of a tape; nil if it has none.
    init?(ofTape path: String, window: TapeWindow) {
        guard let input = try? InputFile(path: path + CaptureNaming.journalSuffix), input.size != nil else {
            return nil
        }
        self.input = input
        self.window = window
        tapePath = path
        scan = JournalScan { (offset, count) throws(TapeError) in try input.bytes(at: offset, count) }
    }

    /// Sequence number of the first line of a tape's journal; nil if there is none.
    static func firstSequence(ofTape path: String) -> Int64? {
        guard let journal = JournalSource(ofTape: path, window: .everything) else { return nil }
        return (try? journal.scan.next())?.envelope.sequence
    }

    /// The header's line, once a line was asked for.
    var headerLine: [UInt8]? { scan.headerLine }

    /// The next lines that go on behind the last one known, at most about a mebibyte; nil at the end.
    ///
    /// A line of an earlier time is none of this stream's, and recovery leaves it out too.
    func next(
        after last: (sequence: Int64, receive: Int64), segment: Int64, header: TapeHeader
    ) throws(TapeError) -> TapeBatch? {
        var text: [UInt8] = []
        var lines: [TapeLine] = []
        var segment = segment
        while text.count < 1 << 20, let line = try scan.next() {
            guard line.envelope.sequence > last.sequence, line.envelope.receive >= last.receive else { continue }
            if window.isPast(sequence: line.envelope.sequence, receive: line.envelope.receive) { break }
            var envelope = line.envelope
            let start = text.count
            if window.contains(sequence: envelope.sequence, receive: envelope.receive) {
                text += line.bytes
                text.append(0x0A)
                envelope.body = envelope.body.lowerBound + start..<envelope.body.upperBound + start
                lines.append(
                    TapeLine(
                        envelope: envelope, line: start..<text.count - 1, segment: segment, layout: .envelope))
            }
            if envelope.startsSegment { segment = envelope.sequence }
        }
        guard !lines.isEmpty else { return nil }
        var batch = TapeBatch(header: header, text: text, lines: lines, path: tapePath, headerLine: nil)
        batch.isFromJournal = true
        return batch
    }
}
