import Tape

/// Gives the lines to play, in order; a tape reader, or a test's double.
protocol TapeSource: AnyObject {
    func next() throws(TapeError) -> TapeBatch?
    /// Whether the tape may still grow: then it is polled, so that commands are obeyed meanwhile.
    var isLive: Bool { get }
    /// Looks for lines without waiting.
    func poll() throws(TapeError) -> TapePoll
    /// Share of the whole that the bytes of text played so far are, 0 to 1; nil where it cannot be told.
    func fraction(ofText playedBytes: Int) -> Double?
}

/// What a look at a growing tape found.
enum TapePoll {
    case batch(TapeBatch)
    case nothing
    case end
}

extension TapeSource {
    var isLive: Bool { false }
    func poll() throws(TapeError) -> TapePoll { try next().map { .batch($0) } ?? .end }
}

extension TapeReader: TapeSource {
    /// The whole text's size is not known; the ratio of text to file bytes read so far tells it well enough.
    func fraction(ofText playedBytes: Int) -> Double? {
        guard let totalBytes, totalBytes > 0, bytesRead > 0, textBytesRead > 0 else { return nil }
        let read = Double(bytesRead) / Double(totalBytes)
        return min(1, Double(playedBytes) / Double(textBytesRead) * read)
    }
}
