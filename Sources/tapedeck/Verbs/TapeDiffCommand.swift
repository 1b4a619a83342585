import JSONText
import Tape

/// `tapedeck tape diff`: whether two tapes hold the same.
enum TapeDiffCommand {
    static let unit = CommandOption(
        "by", .choice("UNIT") as ValueKind<TapeDiff.Unit>, default: TapeDiff.Unit.frames.rawValue,
        help: "compare whole frames, or trades however they are packed into frames")

    static let command = Command(
        name: "tape diff", summary: "compare two tapes frame by frame, or trade by trade; exit 4 if they differ",
        argumentUsage: "TAPE TAPE", argumentCount: 2...2, argumentsAccepted: "two tapes",
        notes: [
            "Compares what was received, in order, byte for byte; neither numbers and times nor events. Prints the counts"
                + " and the first difference."
        ],
        examples: ["tapedeck tape diff a.jsonl.gz b.jsonl.gz", "tapedeck tape diff --by trades a.jsonl.gz b.jsonl.gz"],
        options: [unit.spec, TapeOptions.skipBad.spec], run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let settings = context.settings
        let paths = settings.arguments
        let unit = settings[unit]
        let result = try context.signals.whileListening({ ExitCode.interrupted(signal: $0).leave() }) {
            try TapeDiff.run(
                [paths[0]], [paths[1]], by: unit,
                reading: TapeReaderConfiguration(skipsBadLines: settings[TapeOptions.skipBad]))
        }
        if context.wantsJSON {
            try context.output.line(json(result, unit).canonical)
        } else {
            let word = unit.rawValue
            try context.output.line("\(paths[0]): \(result.leftCount) \(word)")
            try context.output.line("\(paths[1]): \(result.rightCount) \(word)")
            if let first = result.first {
                try context.output.line("first difference behind \(first.position) equal \(word):")
                try context.output.line("- \(shown(first.left))")
                try context.output.line("+ \(shown(first.right))")
            } else {
                try context.output.line("equal")
            }
        }
        return result.first == nil ? .done : .gate
    }

    private static func shown(_ item: TapeDiff.Item?) -> String {
        guard let item else { return "(the end)" }
        // One line, whatever the frame holds, and not more than a screen of it.
        let text = String(decoding: item.bytes.prefix(500), as: UTF8.self)
            .replacing("\n", with: "\\n").replacing("\r", with: "\\r")
        return "\(item.stream) seq \(item.sequence): \(text)\(item.bytes.count > 500 ? "..." : "")"
    }

    private static func json(_ result: TapeDiff.Result, _ unit: TapeDiff.Unit) -> JSONValue {
        func side(_ item: TapeDiff.Item?) -> JSONValue {
            guard let item else { return .null }
            return [
                "stream": .string(item.stream), "seq": .int(item.sequence), "receive": .int(item.receive),
                "content": .string(String(decoding: item.bytes, as: UTF8.self)),
            ]
        }
        var object: [String: JSONValue] = [
            "by": .string(unit.rawValue), "left": .int(result.leftCount), "right": .int(result.rightCount),
            "equal": .bool(result.first == nil),
        ]
        object["difference"] =
            result.first.map {
                ["position": .int($0.position), "left": side($0.left), "right": side($0.right)]
            } ?? .null
        return .object(object)
    }
}
