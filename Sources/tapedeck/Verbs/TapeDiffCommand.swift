import JSONText
import Tape

/// `tapedeck tape diff`: whether two tapes, or a tape and a topic, hold the same.
enum TapeDiffCommand {
    static let unit = CommandOption(
        "by", .choice("UNIT") as ValueKind<TapeDiff.Unit>, default: TapeDiff.Unit.frames.rawValue,
        help: "compare whole frames, or trades however they are packed into frames")

    static let command = Command(
        name: "tape diff", summary: "compare two tapes frame by frame, or trade by trade; exit 4 if they differ",
        argumentUsage: "TAPE TAPE", argumentCount: 2...2, argumentsAccepted: "two tapes, either as kafka:TOPIC",
        notes: [
            "Compares what was received, in order, byte for byte; neither numbers and times nor events. Prints the counts"
                + " and the first difference.",
            "kafka:TOPIC stands for the tape that tape import --kafka TOPIC would make. Of several streams it takes the one"
                + " that the other side has, or that --stream names; --foreign takes the records without a stream.",
        ],
        examples: [
            "tapedeck tape diff a.jsonl.gz b.jsonl.gz", "tapedeck tape diff --by trades a.jsonl.gz b.jsonl.gz",
            "tapedeck tape diff --by trades session.jsonl.gz kafka:raw_data --brokers 127.0.0.1:9092",
        ],
        options: [
            unit.spec, TapeOptions.skipBad.spec, TopicOptions.foreign.spec, TapeOptions.stream.spec,
            KafkaOptions.brokers.spec, KafkaOptions.option.spec, KafkaOptions.waitForServers.spec,
        ], run: run)

    /// One side of the comparison.
    private enum Operand {
        case tape(TapeReader)
        case topic(TopicSource)
    }

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let settings = context.settings
        let paths = settings.arguments
        let unit = settings[unit]
        // Names are looked at before anything is opened.
        let topics = try paths.map { (path) throws(UsageError) in try TopicOptions.topic(path) }
        var reports: [TopicReport?] = [nil, nil]
        let result = try context.signals.whileListening({ ExitCode.interrupted(signal: $0).leave() }) {
            let operands = try zip(paths, topics).map { try operand($0, $1, context) }
            let streams = operands.flatMap { operand in
                if case .tape(let reader) = operand { reader.streams.map(\.stream) } else { [] as [String] }
            }
            let sides = try operands.enumerated().map { number, operand in
                switch operand {
                case .tape(let reader): return TapeDiff.side(of: reader, unit)
                case .topic(let source):
                    let choice = try source.choose(
                        stream: settings.value(TapeOptions.stream), isForeign: settings[TopicOptions.foreign],
                        preferred: streams)
                    return TapeDiff.side(of: source.partitions, stream: choice.stream, name: choice.name, unit) {
                        reports[number] = TopicReport(source, $0)
                    }
                }
            }
            return try TapeDiff.run(sides[0], sides[1])
        }
        context.progress.clear()
        if context.wantsJSON {
            try context.output.line(json(result, unit, reports).canonical)
        } else {
            let word = unit.rawValue
            for (number, count) in [result.leftCount, result.rightCount].enumerated() {
                try context.output.line("\(paths[number]): \(count) \(word)")
                for line in reports[number]?.lines ?? [] { try context.output.line(line) }
            }
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

    private static func operand(_ argument: String, _ topic: String?, _ context: CommandContext) throws -> Operand {
        if let topic { return .topic(try TopicSource(topic: topic, context)) }
        return .tape(
            try TapeReader(
                paths: [argument],
                configuration: TapeReaderConfiguration(skipsBadLines: context.settings[TapeOptions.skipBad])))
    }

    private static func shown(_ item: TapeDiff.Item?) -> String {
        guard let item else { return "(the end)" }
        // One line, whatever the frame holds, and not more than a screen of it.
        let text = String(decoding: item.bytes.prefix(500), as: UTF8.self)
            .replacing("\n", with: "\\n").replacing("\r", with: "\\r")
        return "\(item.stream) seq \(item.sequence): \(text)\(item.bytes.count > 500 ? "..." : "")"
    }

    private static func json(
        _ result: TapeDiff.Result, _ unit: TapeDiff.Unit, _ reports: [TopicReport?]
    ) -> JSONValue {
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
        for (key, report) in zip(["leftTopic", "rightTopic"], reports) {
            if let report { object[key] = .object(report.json) }
        }
        return .object(object)
    }
}
