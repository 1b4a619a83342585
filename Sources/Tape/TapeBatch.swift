/// Lines of one stream, in order, with the bytes they stand in.
///
/// A batch is a member of a tape or a piece of a foreign file, or a stretch of either where several streams interleave.
public struct TapeBatch: Sendable {
    /// Header of the part these lines are from.
    public let header: TapeHeader
    /// The bytes that ``lines`` point into; may hold more than the lines.
    public let text: [UInt8]
    /// The lines, in order of their sequence numbers.
    public internal(set) var lines: [TapeLine]
    /// The file, as the user named it.
    public let path: String
    /// Whether the lines stand in a merged tape, each behind a leading `stream`.
    public internal(set) var isMerged = false
    /// Whether the lines stand in the journal beside the tape.
    var isFromJournal = false
    /// Where a part starts: its header line as it stands in the file, without LF; nil within a part and where the
    /// header is made up.
    public internal(set) var headerLine: [UInt8]?
}
