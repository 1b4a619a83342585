import Foundation
import JSONText
import Kafka
import Replayer
import Tape

/// `tapedeck replay`: tapes to Kafka.
enum ReplayCommand {
    static let command = Command(
        name: "replay", summary: "publish tapes to Kafka at their own speed, any other, or at once",
        argumentUsage: TapeOptions.argumentUsage, argumentCount: TapeOptions.argumentCount,
        argumentsAccepted: TapeOptions.argumentsAccepted,
        notes: [
            "One record a trade: key is the symbol, value the trade as it was recorded, and the header says which stream,"
                + " line and index it is. The producer is idempotent and waits for all acknowledgements: published ="
                + " acknowledged, or exit 3. A broker that is away holds the clock.",
            "On a terminal keys control it: \(KeyDecoder.help). With --listen the same goes over HTTP: GET /status and"
                + " /metrics (Prometheus), POST /pause, /resume, /speed, /seek, /step, /stop, with JSON.",
            "Replaying a tape again publishes the same identities, which the pipeline drops.",
        ],
        examples: [
            "tapedeck replay session.jsonl.gz --speed 10", "tapedeck replay session.jsonl.gz --speed max --end-marker",
            "tapedeck replay session.jsonl.gz --start +90s --duration 10m --max-gap 5s --listen 127.0.0.1:0",
            "tapedeck replay session.jsonl.gz --speed 100 --loop 3 --checkpoint /tmp/replay.checkpoint",
        ],
        options: ReplayOptions.specs, run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let settings = context.settings
        let configuration = try ReplayOptions.configuration(settings)
        if settings[ReplayOptions.dryRun] { return try rehearse(configuration, context) }
        try configuration.kafka.validate(for: .producer)
        let line = context.progress
        let status = StatusNote()
        let session = ReplaySession(configuration: configuration, log: context.log) {
            show($0, status.text, on: line)
        }
        status.source = { [weak session] in session?.status }
        var keys: TerminalKeys?
        if !settings[CommonOptions.quiet], !settings.arguments.contains("-") {
            keys = TerminalKeys.start { session.send($0) }
        }
        defer { keys?.stop() }
        let report = try controlled(session, context) {
            try context.signals.whileListening({ _ in session.stop() }) { try session.run() }
        }
        keys?.stop()
        context.progress.clear()
        let json = report.json
        if context.wantsJSON {
            try context.output.line(json.canonical)
        } else {
            try print(report, to: context.output)
        }
        let failures = settings.values(ReplayOptions.failIf).compactMap { $0.failure(of: json) }
        for failure in failures { context.log.say(.error, "gate", ["failed": .string(failure)]) }
        if !failures.isEmpty, context.signals.received == nil { return .gate }
        return context.code(report.hasLoss ? .loss : .done)
    }

    /// Serves controls while the work runs, where they are asked for.
    private static func controlled(
        _ session: ReplaySession, _ context: CommandContext, _ body: () throws -> ReplayReport
    ) throws -> ReplayReport {
        // By flag only: TAPEDECK_LISTEN in an environment or file is that of the services.
        guard context.settings.origin(ReplayOptions.listen) == .flag,
            let address = context.settings.value(ReplayOptions.listen)
        else { return try body() }
        let server = try ControlServer(on: address, target: session, instant: InstantText.nanoseconds)
        let readyFile = context.settings.value(ReplayOptions.readyFile)
        defer {
            server.stop()
            if case .unix(let path) = server.address { unlink(path) }
            if let readyFile { unlink(readyFile) }
        }
        context.log.say(.info, "controls", ["listen": .string(server.address.description)])
        if let readyFile { try ReadyFile.write(server.address.description, to: readyFile) }
        return try body()
    }

    private static func rehearse(_ configuration: ReplayConfiguration, _ context: CommandContext) throws -> ExitCode {
        let signals = context.signals
        let run = try DryRun(configuration) { signals.received != nil }
        if context.wantsJSON {
            try context.output.line(run.json.canonical)
        } else {
            let total = run.records.map(String.init) ?? "without an end"
            try context.output.line("would publish \(total) records to topic \(configuration.topic)")
            let width = (run.symbols.map(\.symbol.count).max() ?? 0) + 2
            for (symbol, records) in run.symbols {
                try context.output.line(
                    "  \(symbol)\(String(repeating: " ", count: width - symbol.count))\(records)")
            }
            try context.output.line(
                "gaps: \(run.gaps); trades out of order: \(run.disorderedTrades), by up to \(run.worstDisorder) ms;"
                    + " rejected: \(run.counts.rejectedFrames) frames, \(run.counts.rejectedTrades) trades")
            let predicted = run.predictedSeconds.map { seconds($0) } ?? "as fast as Kafka takes it"
            try context.output.line("tape \(seconds(run.tapeSeconds)) a lap, would take \(predicted)")
        }
        return context.code(run.counts.rejectedFrames + run.counts.rejectedTrades > 0 ? .loss : .done)
    }

    private static func show(_ progress: ReplayProgress, _ status: String, on line: ProgressLine) {
        var note: [String] = status.isEmpty ? [] : [status]
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
        if report.dropped > 0 { try output.line("dropped because Kafka's queue was full: \(report.dropped)") }
        if report.skippedGapSeconds > 0 { try output.line("quiet time left out: \(seconds(report.skippedGapSeconds))") }
        if report.isResumed { try output.line("resumed behind a checkpoint") }
        for command in report.commands {
            let place = command.sequence.map { " behind seq \($0)" } ?? ""
            let detail = command.command.detail.map { " \($0)" } ?? ""
            try output.line("at \(seconds(command.seconds)): \(command.command.name)\(detail)\(place)")
        }
        if report.possibleDuplicates > 0 {
            try output.line(
                "up to \(report.possibleDuplicates) records may be twice in the topic; their identity tells")
        }
    }

    private static func seconds(_ value: Double) -> String { "\((value * 1000).rounded() / 1000) s" }
    private static func milliseconds(_ value: Double) -> String { "\((value * 1_000_000).rounded() / 1000) ms" }
}
