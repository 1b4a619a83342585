import JSONText
import Tape

/// `tapedeck tape info`: what is in a tape.
enum TapeInfoCommand {
    static let command = Command(
        name: "tape info", summary: "say what is in a tape: stream, times, frames, trades per symbol, gaps",
        argumentUsage: TapeOptions.argumentUsage, argumentCount: TapeOptions.argumentCount,
        argumentsAccepted: TapeOptions.argumentsAccepted,
        notes: [
            "Takes the parts of one stream, or a file of Finnhub frames (plain or gzip), one a line. Reads every byte: a"
                + " damaged tape is reported as far as it could be read, with exit 1."
        ],
        examples: ["tapedeck tape info session.jsonl.gz", "tapedeck tape info --json session_*.jsonl.gz"],
        options: WindowOptions.times + WindowOptions.sequences + [TapeOptions.stream.spec, TapeOptions.skipBad.spec],
        run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let settings = context.settings
        let progress = context.progress
        let paths = settings.arguments
        let signals = context.signals
        return try signals.whileListening({ signal in
            progress.clear()
            ExitCode.interrupted(signal: signal).leave()
        }) {
            let info = try TapeInfo.read(
                paths: paths,
                reading: TapeReaderConfiguration(
                    window: try WindowOptions.window(settings, of: paths), skipsBadLines: settings[TapeOptions.skipBad],
                    stream: settings.value(TapeOptions.stream)),
                progress: TapeOptions.progress("tape info", of: paths, context))
            context.progress.clear()
            if context.wantsJSON {
                try context.output.line(info.json.canonical)
            } else {
                let width = (info.rows.map(\.name.count).max() ?? 0) + 2
                for row in info.rows {
                    try context.output.line(
                        row.name + String(repeating: " ", count: width - row.name.count) + row.value)
                }
            }
            if let fault = info.fault { throw fault }
            return info.skipped > 0 ? .loss : .done
        }
    }
}
