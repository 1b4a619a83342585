import Tape

/// `tapedeck tape import`: files of frames or trades, or a topic, as a tape.
enum TapeImportCommand {
    static let columns = CommandOption(
        "columns", .csvColumns, help: "the files are CSV; which columns hold time, symbol, price and volume")
    static let preset = CommandOption(
        "preset", .choice("SOURCE") as ValueKind<CSVPreset>, help: "the files are CSV as this source writes it")

    static let kafka = CommandOption("kafka", .topic, help: "read this topic of Kafka instead of files")

    static let command = Command(
        name: "tape import", summary: "make a tape of a topic, or of files of frames, one a line, or of trades as CSV",
        argumentUsage: "FILE...", argumentCount: 0...Int.max, argumentsAccepted: argumentsAccepted,
        notes: [
            "Takes plain or gzip files of bare frames, of {\"receive\":NS,\"frame\":FRAME} or NS FRAME lines, or of a tape's own"
                + " envelopes. Frames stay to the byte. Bare frames get the line's number as sequence number and the largest"
                + " trade time so far as receive time; reports then say \"receive\":\"trade-time\".",
            "CSV: --columns t=TIME:UNIT,s=SYMBOL,p=PRICE,v=VOLUME, if there are any with c=CONDITIONS and r=RECEIVE:UNIT."
                + " A value is a column's name, #N for the N-th column of a file without header, or 'TEXT' for the same in"
                + " each row; UNIT is s, ms, us or ns. Each row becomes a frame of one trade.",
            "--kafka TOPIC reads committed records up to the end that the topic has at the start. Records of replay and"
                + " record --publish get stream, numbers, times and gaps back, trades of one line as one frame: --stream says"
                + " whose if there are several. --foreign takes the others, whole frames or trades, in the order of their"
                + " timestamps, which become the receive times; --stream names what they make. Tombstones, end markers and"
                + " records sent twice are left out and counted; what is neither trade nor frame is rejected: exit 3."
                + " A topic of trades does not hold the lines without any: tape verify says that their numbers are"
                + " missing.",
        ],
        examples: [
            "tapedeck tape import frames.jsonl.gz -o session.jsonl.gz", "tapedeck tape import - -o session.jsonl.gz",
            "tapedeck tape import --columns t=timestamp:us,s=symbol,p=price,v=amount trades.csv.gz -o session.jsonl.gz",
            "tapedeck tape import --preset binance BTCUSDT-trades-2024-08-09.csv -o session.jsonl.gz",
            "tapedeck tape import --kafka raw_data --brokers 127.0.0.1:9092 -o session.jsonl.gz",
        ],
        options: [
            TapeOptions.output.spec, columns.spec, preset.spec, kafka.spec, TopicOptions.foreign.spec,
            TapeOptions.stream.spec, TapeOptions.skipBad.spec, TapeOptions.overwrite.spec, KafkaOptions.brokers.spec,
            KafkaOptions.option.spec, KafkaOptions.waitForServers.spec,
        ],
        run: run)

    private static let argumentsAccepted =
        "one or more files of one stream, '-' for standard input; none with --kafka TOPIC"

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let settings = context.settings
        let path = try settings.required(TapeOptions.output)
        let topic = settings.value(kafka)
        guard settings.arguments.isEmpty == (topic != nil) else {
            throw UsageError.wrongArguments(expected: argumentsAccepted, found: settings.arguments)
        }
        if let topic { return try run(topic, to: path, context) }
        let mapping = settings.value(columns)
        let preset = settings.value(preset)
        if mapping != nil, preset != nil { throw UsageError.conflict("--columns", "--preset") }
        let reading = TapeReaderConfiguration(
            skipsBadLines: settings[TapeOptions.skipBad], stream: settings.value(TapeOptions.stream))
        let writing = TapeWriterConfiguration(overwrites: settings[TapeOptions.overwrite])
        let progress = TapeOptions.progress("tape import", of: settings.arguments, context)
        let summary = try TapeOptions.writing(path, context) {
            if mapping != nil || preset != nil {
                return try TapeImport.run(
                    csv: settings.arguments, columns: mapping, preset: preset, to: path, reading: reading,
                    writing: writing, progress: progress)
            }
            return try TapeImport.run(
                paths: settings.arguments, to: path, reading: reading, writing: writing, progress: progress)
        }
        try TapeSummaryText.print(summary, context)
        return summary.skipped > 0 ? .loss : .done
    }

    private static func run(_ topic: String, to path: String, _ context: CommandContext) throws -> ExitCode {
        let settings = context.settings
        for (option, isGiven) in [
            ("--columns", settings.value(columns) != nil), ("--preset", settings.value(preset) != nil),
            ("--skip-bad", settings[TapeOptions.skipBad]),
        ] where isGiven { throw UsageError.conflict("--kafka", option) }
        return try TapeOptions.writing(path, context) {
            let source = try TopicSource(topic: topic, context)
            let choice = try source.choose(
                stream: settings.value(TapeOptions.stream), isForeign: settings[TopicOptions.foreign])
            let (tape, counts) = try TapeImport.run(
                partitions: source.partitions, stream: choice.stream, name: choice.name, source: source.name, to: path,
                writing: TapeWriterConfiguration(overwrites: settings[TapeOptions.overwrite]))
            let report = TopicReport(source, counts)
            try TapeSummaryText.print(tape, trades: Int(counts.trades), topic: report, context)
            return report.hasLoss ? .loss : .done
        }
    }
}

extension ValueKind where Value == CSVColumns {
    /// A mapping of columns.
    static let csvColumns = Self(
        "MAP",
        accepted: "t=COLUMN:UNIT,s=COLUMN,p=COLUMN,v=COLUMN, each once, also c= and r=...:UNIT, units s, ms, us, ns"
    ) { CSVColumns($0) }
}
