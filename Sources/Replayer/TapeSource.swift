import Tape

/// Gives the lines to play, in order; a tape reader, or a test's double.
protocol TapeSource: AnyObject {
    func next() throws(TapeError) -> TapeBatch?
    /// Whether the tape may still grow: then it is polled, so that commands are obeyed meanwhile.
    var isLive: Bool { get }
    /// Whether it may be read ahead of the player on another thread.
    var canReadAhead: Bool { get }
    /// Looks for lines without waiting.
    func poll() throws(TapeError) -> TapePoll
    /// How much has been read; nil where the whole is not known.
    var progress: ReadingProgress? { get }
}

/// What a look at a growing tape found.
enum TapePoll {
    case batch(TapeBatch)
    case nothing
    case end
}

/// How much of a source has been read; ahead of what was delivered.
struct ReadingProgress: Sendable {
    /// Share of the files' bytes, 0 to 1.
    let share: Double
    /// Bytes of text that came out of them.
    let textBytes: Int64

    /// Share of the whole that the bytes of text played so far are.
    ///
    /// The whole text's size is not known; the ratio of text to file bytes read so far tells it well enough.
    func fraction(ofText playedBytes: Int) -> Double { min(1, Double(playedBytes) / Double(textBytes) * share) }
}

extension TapeSource {
    var isLive: Bool { false }
    var canReadAhead: Bool { false }
    func poll() throws(TapeError) -> TapePoll { try next().map { .batch($0) } ?? .end }
    var progress: ReadingProgress? { nil }
}

extension TapeReader: TapeSource {
    var canReadAhead: Bool { true }

    var progress: ReadingProgress? {
        guard let totalBytes, totalBytes > 0, bytesRead > 0, textBytesRead > 0 else { return nil }
        return ReadingProgress(share: Double(bytesRead) / Double(totalBytes), textBytes: textBytesRead)
    }
}
