import Tape

/// `tapedeck tape import`: files of frames as a tape.
enum TapeImportCommand {
    static let command = Command(
        name: "tape import", summary: "make a tape of files that hold Finnhub frames, one a line",
        argumentUsage: "FILE...", argumentCount: TapeOptions.argumentCount,
        argumentsAccepted: "one or more files of one stream, '-' for standard input",
        notes: [
            "Takes plain or gzip files of bare frames, of {\"receive\":NS,\"frame\":FRAME} lines, or of a tape's own"
                + " envelopes. Frames stay to the byte. Bare frames get the line's number as sequence number and the largest"
                + " trade time so far as receive time; reports then say \"receive\":\"trade-time\"."
        ],
        examples: [
            "tapedeck tape import frames.jsonl.gz -o session.jsonl.gz", "tapedeck tape import - -o session.jsonl.gz",
        ],
        options: [
            TapeOptions.output.spec, TapeOptions.stream.spec, TapeOptions.skipBad.spec, TapeOptions.overwrite.spec,
        ],
        run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let settings = context.settings
        let path = try settings.required(TapeOptions.output)
        let summary = try TapeOptions.writing(path, context) {
            try TapeImport.run(
                paths: settings.arguments, to: path,
                reading: TapeReaderConfiguration(
                    skipsBadLines: settings[TapeOptions.skipBad], stream: settings.value(TapeOptions.stream)),
                writing: TapeWriterConfiguration(overwrites: settings[TapeOptions.overwrite]),
                progress: TapeOptions.progress("tape import", of: settings.arguments, context))
        }
        try TapeSummaryText.print(summary, context)
        return summary.skipped > 0 ? .loss : .done
    }
}
