import Foundation
import JSONText
import Recorder

/// `tapedeck record`: capture a feed to tapes, and to Kafka if asked.
enum RecordCommand {
    static let command = Command(
        name: "record", summary: "capture Finnhub, or any WebSocket like it, to tapes",
        notes: [
            "Every message is kept byte for byte with the time at which it came. Lines are safe in a side journal as soon"
                + " as they are received; a crash loses none of them. It reconnects for ever, marks every gap, and ends"
                + " cleanly on SIGINT and SIGTERM. SIGHUP reads --symbols-file again.",
            "The key comes from FINNHUB_TOKEN or FINNHUB_TOKEN_FILE and shows nowhere. Finnhub takes one connection per"
                + " key.",
            "With --publish the same trades go to Kafka. The tape never waits for Kafka: what a slow or dead broker could"
                + " not take is published from the tape later, in order, after a restart too.",
        ],
        examples: [
            "tapedeck record --symbols AAPL,BINANCE:BTCUSDT --folder /var/lib/tapedeck",
            "tapedeck record --symbols-file symbols.txt --folder tapes --publish --listen 127.0.0.1:9464",
        ],
        options: RecordOptions.specs, isService: true, run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        // A core file would hold the key.
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        let settings = context.settings
        let configuration = try RecordOptions.configuration(settings)
        let manager = ServiceManager()
        let readyFile = settings.value(RecordOptions.readyFile)
        let (progress, log) = (context.progress, context.log)
        let recording = RecordingRun(
            configuration: configuration, log: log,
            progress: { status in
                manager.isAlive(note(status))
                progress.show("record", done: status.frames, total: nil, unit: "frames", note: note(status))
            },
            ready: { address in
                if let address { log.say(.info, "listening", ["address": .string("\(address)")]) }
                if let readyFile { try ReadyFile.write(address.map { "\($0)" } ?? "ready", to: readyFile) }
                manager.isReady()
            })
        context.signals.onHangup { recording.reloadSymbols() }
        let summary = try context.signals.whileListening({ signal in
            manager.isStopping()
            recording.requestStop(cause: signal == SIGINT ? "SIGINT" : "SIGTERM")
        }) {
            try recording.run()
        }
        progress.clear()
        if let readyFile { unlink(readyFile) }
        try print(summary, context)
        return summary.hasLoss || !summary.tape.isSealed ? .loss : .done
    }

    private static func note(_ status: RecorderStatus) -> String {
        var words = [
            status.isConnected ? "connected" : "not connected", "\(status.trades) trades",
            "\(status.liveSymbols) of \(status.symbols) symbols",
        ]
        if let lag = status.lagMilliseconds { words.append("lag \(lag) ms") }
        if status.capture.isOutOfSpace { words.append("NO SPACE") }
        if let publish = status.publish { words.append("Kafka lacks \(publish.backlogLines) lines") }
        return words.joined(separator: ", ")
    }

    private static func print(_ summary: RecordingSummary, _ context: CommandContext) throws {
        if context.wantsJSON { return try context.output.line(summary.json.canonical) }
        let status = summary.status
        try context.output.line(
            "stream \(status.stream), \(summary.tape.status.closedParts) parts, last \(summary.tape.path)")
        try context.output.line(
            "\(status.frames) frames, \(status.trades) trades of \(status.liveSymbols) symbols, "
                + "\(status.connects) connections")
        if let publish = status.publish {
            try context.output.line(
                "\(publish.acknowledged) records published, Kafka lacks \(publish.backlogLines) lines"
                    + (publish.lostLines > 0 ? ", \(publish.lostLines) lost" : ""))
        }
        if summary.hasLoss {
            try context.output.line(
                "LOST: \(summary.tape.status.droppedFrames) frames, \(summary.tape.status.droppedBytes) bytes")
        }
        if !summary.tape.isSealed {
            try context.output.line("the disk is full: the last lines are in the journal, for `tapedeck tape recover`")
        }
    }
}
