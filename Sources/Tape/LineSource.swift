/// The lines of one file, in order; blocks; used from one thread at a time.
protocol LineSource: AnyObject {
    /// The header of the part that comes first; made up for a file that has none.
    var header: TapeHeader { get }
    /// Sequence number of the first line, if that is known already.
    var firstSequence: Int64? { get }
    /// The next lines, none empty; nil at the end.
    func next() throws(TapeError) -> TapeBatch?
}

/// What a reader counts over all its files.
final class ReadingTally {
    /// Bad lines left out.
    var skipped: Int64 = 0
    /// The first of them.
    var firstSkipped: TapeError?
    /// Members seen, headers included; skipped ones too.
    var members: Int64 = 0
    /// Bytes of text seen, headers included.
    var textBytes: Int64 = 0
    /// Bytes of the files taken in so far.
    var fileBytes: Int64 = 0
}
