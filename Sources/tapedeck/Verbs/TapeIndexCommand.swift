import JSONText
import Tape

/// `tapedeck tape index`: the table of a tape's members.
enum TapeIndexCommand {
    static let command = Command(
        name: "tape index", summary: "print the table of a tape's members, from their heads alone",
        argumentUsage: TapeOptions.argumentUsage, argumentCount: TapeOptions.argumentCount,
        argumentsAccepted: "one or more tapes",
        notes: [
            "Columns: offset and bytes in the file, bytes of text, lines, first and last sequence number, first and last"
                + " receive time in ns, segment. The header's member has the numbers 0. With --json one object a member."
                + " Nothing is inflated; `tape verify` checks the content."
        ],
        examples: ["tapedeck tape index session.jsonl.gz | head"], options: [], run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let columns = [
            "offset", "bytes", "text", "lines", "first_seq", "last_seq", "first_receive", "last_receive", "segment",
        ]
        return try context.signals.whileListening({ ExitCode.interrupted(signal: $0).leave() }) {
            let paths = context.settings.arguments
            if !context.wantsJSON {
                try context.output.line(((paths.count > 1 ? ["file"] : []) + columns).joined(separator: "\t"))
            }
            for path in paths {
                try TapeIndex.run(path: path) { entry in
                    let values: [Int64] = [
                        entry.offset, Int64(entry.bytes), Int64(entry.textBytes), Int64(entry.lines),
                        entry.sequences.lowerBound, entry.sequences.upperBound, entry.receives.lowerBound,
                        entry.receives.upperBound, entry.segment,
                    ]
                    if context.wantsJSON {
                        var object: [String: JSONValue] = ["file": .string(path)]
                        for (column, value) in zip(columns, values) { object[column] = .int(value) }
                        try context.output.line(JSONValue.object(object).canonical)
                    } else {
                        let texts = (paths.count > 1 ? [path] : []) + values.map(String.init)
                        try context.output.line(texts.joined(separator: "\t"))
                    }
                    return true
                }
            }
            return .done
        }
    }
}
