import JSONText
import Pipeline

/// `tapedeck pipeline`: Kafka to forecast to MongoDB.
enum PipelineCommand {
    static let command = Command(
        name: "pipeline", summary: "consume trades from Kafka, forecast, and store both in MongoDB",
        notes: [
            "Runs until it is told to stop (SIGINT, SIGTERM: exit 0 after a clean drain), or to an end with --until-end,"
                + " --until-marker or --stop-after. Killing it at any time, starting it again, or replaying the same tape"
                + " changes nothing in what is stored: MongoDB holds how far it has come, and a trade that is there is"
                + " dropped as a duplicate.",
            "Other forecast options make another revision, which needs a --group of its own.",
        ],
        examples: [
            "tapedeck pipeline", "tapedeck pipeline --until-end --json",
            "TAPEDECK_MONGO_URI_FILE=/etc/tapedeck/mongo-uri tapedeck pipeline --horizon 5s --group five-seconds",
        ],
        options: PipelineOptions.specs, isService: true, run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let configuration = try PipelineOptions.configuration(context.settings)
        LibraryLogs.setMongo(context.log)
        let manager = ServiceManager()
        let pipeline = PipelineRun(configuration: configuration, log: context.log, ready: manager.isReady)
        let heartbeat = Heartbeat(manager) { pipeline.silence < .seconds(60) }
        defer { heartbeat.stop() }
        let summary = try context.signals.whileListening({ _ in
            manager.isStopping()
            pipeline.requestStop()
        }) { try pipeline.run() }
        context.progress.clear()
        if context.wantsJSON {
            try context.output.line(summary.json.canonical)
        } else {
            try print(summary, configuration, to: context.output)
        }
        let code: ExitCode = summary.hasLoss ? .loss : .done
        // Without an end of its own, a signal is the normal end.
        return configuration.isBatch ? context.code(code) : code
    }

    private static func print(
        _ summary: PipelineSummary, _ configuration: PipelineConfiguration, to output: StandardOutput
    ) throws {
        let duplicates = summary.duplicates.values.reduce(0, +)
        try output.line(
            "\(configuration.model): \(summary.records) records, \(summary.trades) trades, \(duplicates) duplicates,"
                + " \(summary.predictionsInserted) predictions stored, \(summary.checkpoints) checkpoints")
        let symbols = summary.symbols.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        let width = (symbols.map(\.key.count).max() ?? 0) + 2
        for (symbol, counts) in symbols {
            let name = symbol + String(repeating: " ", count: width - symbol.count)
            try output.line(
                "  \(name)\(counts.trades) trades; all in all \(counts.counts.scored) scored, \(counts.counts.warmup)"
                    + " warm-up, \(counts.counts.censored) censored, \(counts.pending) pending")
        }
        for (reason, count) in summary.deadLetters.sorted(by: { $0.key < $1.key }) {
            try output.line("dead letters, \(reason): \(count)")
        }
        if summary.goneBeforeStart > 0 { try output.line("records gone before the start: \(summary.goneBeforeStart)") }
        if summary.lostRecords > 0 { try output.line("records lost and accepted as lost: \(summary.lostRecords)") }
        if let note = summary.onlyDuplicates { try output.line(note) }
    }
}
