import JSONText
import Tape

/// `tapedeck tape cut`: a stretch of a stream as a tape of its own.
enum TapeCutCommand {
    static let command = Command(
        name: "tape cut", summary: "write a stretch of a stream, by time or sequence number, as a tape of its own",
        argumentUsage: TapeOptions.argumentUsage, argumentCount: TapeOptions.argumentCount,
        argumentsAccepted: TapeOptions.argumentsAccepted,
        notes: [
            "Stream, sequence numbers, receive times and gaps stay: the pieces of a tape, read together, are the whole tape"
                + " again. Times are receive times; every bound is half-open."
        ],
        examples: [
            "tapedeck tape cut session.jsonl.gz -o morning.jsonl.gz --start 2024-08-09T13:30:00Z --end 2024-08-09T16:00:00Z",
            "tapedeck tape cut session.jsonl.gz -o head.jsonl.gz --to-seq 1000",
        ],
        options: [TapeOptions.output.spec] + WindowOptions.times + WindowOptions.sequences + [
            TapeOptions.overwrite.spec
        ],
        run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let settings = context.settings
        let path = try settings.required(TapeOptions.output)
        let summary = try TapeOptions.writing(path, context) {
            try TapeCut.run(
                paths: settings.arguments, window: try WindowOptions.window(settings, of: settings.arguments), to: path,
                writing: TapeWriterConfiguration(overwrites: settings[TapeOptions.overwrite]),
                progress: TapeOptions.progress("tape cut", of: settings.arguments, context))
        }
        try TapeSummaryText.print(summary, context)
        return .done
    }
}
