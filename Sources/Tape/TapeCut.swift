/// `tape cut`: a stretch of a stream as a tape of its own.
///
/// Stream, sequence numbers, receive times, header line and segments stay: the pieces of a tape, read together, are the
/// whole tape again.
public enum TapeCut {
    /// Cuts.
    ///
    /// - Parameters:
    ///   - paths: tapes of one stream.
    ///   - window: what to keep; an empty stretch gives a tape without lines.
    ///   - output: the new tape.
    ///   - reading: how the source is read; its window is replaced.
    ///   - writing: how the new tape is written.
    ///   - progress: told the bytes read so far, now and then.
    /// - Returns: what was written.
    /// - Throws: ``TapeError``; then there is no new tape.
    public static func run(
        paths: [String], window: TapeWindow, to output: String, reading: TapeReaderConfiguration = .init(),
        writing: TapeWriterConfiguration = .init(), progress: (Int64) -> Void = { _ in }
    ) throws(TapeError) -> TapeSummary {
        var reading = reading
        reading.window = window
        return try TapeCopy.run(
            TapeReader(paths: paths, configuration: reading), to: output, configuration: writing, progress: progress)
    }
}
