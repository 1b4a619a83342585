import Tape

/// `tapedeck tape merge`: parts of a stream joined, or several streams in one tape.
enum TapeMergeCommand {
    static let command = Command(
        name: "tape merge", summary: "join the parts of a stream, or several streams, into one tape",
        argumentUsage: TapeOptions.argumentUsage, argumentCount: TapeOptions.argumentCount,
        argumentsAccepted: "one or more tapes",
        notes: [
            "Parts of one stream join by sequence number. Different streams interleave by receive time, then by the order"
                + " in which they are named, then by sequence number; each line gains a leading \"stream\", and segments are"
                + " unknown until the next gap of its stream. Every frame stays: two recorders of one feed, merged, hold"
                + " each trade twice."
        ],
        examples: [
            "tapedeck tape merge session_*.jsonl.gz -o session.jsonl.gz",
            "tapedeck tape merge a.jsonl.gz b.jsonl.gz -o ab.jsonl.gz",
        ],
        options: [TapeOptions.output.spec, TapeOptions.skipBad.spec, TapeOptions.overwrite.spec], run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let settings = context.settings
        let path = try settings.required(TapeOptions.output)
        let summary = try TapeOptions.writing(path, context) {
            try TapeMerge.run(
                paths: settings.arguments, to: path,
                reading: TapeReaderConfiguration(skipsBadLines: settings[TapeOptions.skipBad]),
                writing: TapeWriterConfiguration(overwrites: settings[TapeOptions.overwrite]),
                progress: TapeOptions.progress("tape merge", of: settings.arguments, context))
        }
        try TapeSummaryText.print(summary, context)
        return summary.skipped > 0 ? .loss : .done
    }
}
