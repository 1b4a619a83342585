import Kafka
import Replayer
import Tape

/// `tapedeck replay`: tapes to Kafka.
enum ReplayCommand {
    static let speed = CommandOption("speed", .speed, default: "1", help: "tape time times this; max: without waiting")
    static let perSecond = CommandOption(
        "per-second", .perSecond, help: "this many records a second instead of --speed")
    static let partitions = CommandOption(
        "partitions", .integer("N", 1...10_000), help: "make a missing topic with so many partitions")
    static let symbols = CommandOption("symbols", .symbols, help: "trades of these symbols only")
    static let endMarker = CommandOption(
        switch: "end-marker", help: "write one last record to each partition, for pipeline --until-marker")

    static let command = Command(
        name: "replay", summary: "publish tapes to Kafka at their own speed, any other, or at once",
        argumentUsage: TapeOptions.argumentUsage, argumentCount: TapeOptions.argumentCount,
        argumentsAccepted: TapeOptions.argumentsAccepted,
        notes: [
            "One record a trade: key is the symbol, value the trade as it was recorded, and the header says which stream,"
                + " line and index it is. The producer is idempotent and waits for all acknowledgements: published ="
                + " acknowledged, or exit 3. A broker that is away holds the clock.",
            "Replaying a tape again publishes the same identities, which the pipeline drops.",
        ],
        examples: [
            "tapedeck replay session.jsonl.gz --speed 10", "tapedeck replay session.jsonl.gz --speed max --end-marker",
        ],
        options: [
            KafkaOptions.brokers.spec, KafkaOptions.topic.spec, partitions.spec, speed.spec, perSecond.spec,
            symbols.spec,
        ] + WindowOptions.times
            + [
                endMarker.spec, KafkaOptions.option.spec, KafkaOptions.waitForServers.spec,
            ],
        run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let settings = context.settings
        try settings.refuseBoth(speed, perSecond)
        let kafka = KafkaOptions.configuration(settings)
        try kafka.validate(for: .producer)
        let tapes = settings.arguments
        let window = TapeWindow(receives: try WindowOptions.times(settings, of: tapes))
        let configuration = ReplayConfiguration(
            tapes: tapes, kafka: kafka, topic: settings[KafkaOptions.topic], partitions: settings.value(partitions),
            speed: settings.value(perSecond) ?? settings[speed], symbols: settings.value(symbols).map(Set.init),
            endMarker: settings[endMarker],
            reader: TapeReaderConfiguration(window: window),
            contactTimeout: settings[KafkaOptions.waitForServers])
        let line = context.progress
        let session = ReplaySession(configuration: configuration, log: context.log) { show($0, on: line) }
        let report = try context.signals.whileListening({ _ in session.stop() }) { try session.run() }
        context.progress.clear()
        if context.wantsJSON {
            try context.output.line(report.json.canonical)
        } else {
            try print(report, to: context.output)
        }
        return context.code(report.hasLoss ? .loss : .done)
    }

    private static func show(_ progress: ReplayProgress, on line: ProgressLine) {
        var note: [String] = []
        if let position = progress.position { note.append("at \(InstantText.shown(position / 1_000_000 * 1_000_000))") }
        if let fraction = progress.fraction { note.append("\(Int(fraction * 100)) %") }
        if let seconds = progress.remainingSeconds {
            note.append("ETA \(DurationText.clock(Int64(seconds.rounded(.up))))")
        }
        line.show(
            "replay", done: Int64(progress.acknowledged), total: nil, unit: "records",
            note: note.joined(separator: ", "), rate: progress.recordsPerSecond)
    }

    private static func print(_ report: ReplayReport, to output: StandardOutput) throws {
        let equal = report.published == report.acknowledged
        try output.line(
            "published \(report.published) \(equal ? "=" : "≠") acknowledged \(report.acknowledged) records to topic"
                + " \(report.topic)\(report.outcome == .stopped ? ", stopped before the end" : "")")
        let width = (report.symbols.map(\.symbol.count).max() ?? 0) + 2
        for symbol in report.symbols {
            let name = symbol.symbol + String(repeating: " ", count: width - symbol.symbol.count)
            let note = symbol.published == symbol.acknowledged ? "" : " published, \(symbol.acknowledged) acknowledged"
            try output.line("  \(name)\(symbol.published)\(note)")
        }
        let counts = report.counts
        if counts.rejectedFrames + counts.rejectedTrades > 0 {
            try output.line("rejected: \(counts.rejectedFrames) frames, \(counts.rejectedTrades) trades")
        }
        if report.endMarkers > 0 { try output.line("end markers: \(report.endMarkers)") }
        var timing = "tape \(seconds(report.tapeSeconds)), took \(seconds(report.totalSeconds))"
        if let lateness = report.lateness {
            timing += ", lateness p50 \(milliseconds(lateness.p50)), p99 \(milliseconds(lateness.p99))"
        }
        if report.blockedSeconds > 0 { timing += ", held up by Kafka for \(seconds(report.blockedSeconds))" }
        try output.line(timing)
        if report.possibleDuplicates > 0 {
            try output.line(
                "up to \(report.possibleDuplicates) records may be twice in the topic; their identity tells")
        }
    }

    private static func seconds(_ value: Double) -> String { "\((value * 1000).rounded() / 1000) s" }
    private static func milliseconds(_ value: Double) -> String { "\((value * 1_000_000).rounded() / 1000) ms" }
}

extension ValueKind where Value == ReplaySpeed {
    /// A multiplier of tape time.
    static let speed = Self("S", accepted: "a number from \(ReplaySpeed.speedRange)") { try? ReplaySpeed(speed: $0) }

    /// Records a second.
    static let perSecond = Self("N", accepted: "a number from \(ReplaySpeed.perSecondRange)") {
        try? ReplaySpeed(perSecond: $0)
    }
}
