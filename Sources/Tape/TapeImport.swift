/// `tape import`: envelopes, `receive` and `frame` lines or bare frames as a tape; a tape passes through.
///
/// Frames stay to the byte. A bad line ends the import with its number, unless bad lines are to be left out and counted.
public enum TapeImport {
    /// Imports.
    ///
    /// - Parameters:
    ///   - paths: files of one stream, plain or gzip; `-` is standard input.
    ///   - output: the new tape.
    ///   - reading: stream id, and whether bad lines are left out.
    ///   - writing: how the new tape is written.
    ///   - progress: told the bytes read so far, now and then.
    /// - Returns: what was written; `skipped` counts the lines left out.
    /// - Throws: ``TapeError``; then there is no new tape.
    public static func run(
        paths: [String], to output: String, reading: TapeReaderConfiguration = .init(),
        writing: TapeWriterConfiguration = .init(), progress: (Int64) -> Void = { _ in }
    ) throws(TapeError) -> TapeSummary {
        try TapeCopy.run(
            TapeReader(paths: paths, configuration: reading), to: output, configuration: writing, progress: progress)
    }
}
