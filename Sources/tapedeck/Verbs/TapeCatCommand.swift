import Tape

/// `tapedeck tape cat`: the lines of tapes, to the byte.
enum TapeCatCommand {
    static let command = Command(
        name: "tape cat", summary: "print the lines of tapes exactly, in the order in which they play",
        argumentUsage: TapeOptions.argumentUsage, argumentCount: TapeOptions.argumentCount,
        argumentsAccepted: TapeOptions.argumentsAccepted,
        notes: [
            "Parts of one stream play by sequence number, streams by receive time. Bare frames appear in the envelope that"
                + " the format has for them. Without a window the header lines are printed too."
        ],
        examples: [
            "tapedeck tape cat session.jsonl.gz | head", "tapedeck tape cat --start +90s --end +100s session.jsonl.gz",
        ],
        options: WindowOptions.times + WindowOptions.sequences + [TapeOptions.stream.spec, TapeOptions.skipBad.spec],
        run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let settings = context.settings
        // Reading standard input may wait for ever, from the first byte on: the signal ends that wait too.
        return try context.signals.whileListening({ ExitCode.interrupted(signal: $0).leave() }) {
            let reader = try TapeReader(
                paths: settings.arguments,
                configuration: TapeReaderConfiguration(
                    window: try WindowOptions.window(settings, of: settings.arguments),
                    skipsBadLines: settings[TapeOptions.skipBad], stream: settings.value(TapeOptions.stream)))
            var out: [UInt8] = []
            while let batch = try reader.next() {
                out.removeAll(keepingCapacity: true)
                if let header = batch.headerLine {
                    out += header
                    out.append(0x0A)
                }
                for line in batch.lines {
                    batch.appendEnvelope(of: line, to: &out)
                    out.append(0x0A)
                }
                try context.output.bytes(out)
            }
            return reader.skippedLines > 0 ? .loss : .done
        }
    }
}
