import Foundation
import JSONText
import Replayer

/// `tapedeck exchange`: tapes as a Finnhub-compatible WebSocket.
enum ExchangeCommand {
    static let command = Command(
        name: "exchange", summary: "serve tapes as a Finnhub-compatible WebSocket",
        argumentUsage: TapeOptions.argumentUsage, argumentCount: TapeOptions.argumentCount,
        argumentsAccepted: "one or more tapes",
        notes: [
            "A client connects to ws://ADDRESS/?token=TOKEN and sends {\"type\":\"subscribe\",\"symbol\":\"AAPL\"}, as to"
                + " Finnhub. The tape starts for it with its first subscription, or with --wait-subscribed once it has"
                + " them all. A frame goes out byte for byte if the client has all its symbols, and is rebuilt from the"
                + " rest if not.",
            "Faults at seq=N and +DURATION happen once, at a message that a client gets: drop ends the connection before"
                + " it, stall leaves pings only, half-open nothing; malformed sends its first half instead, duplicate sends"
                + " it twice; refuse answers the next connection with 429; with exclusive a second connection from then on"
                + " drops both.",
        ],
        examples: [
            "tapedeck exchange day.jsonl.gz --speed 10",
            "tapedeck exchange day.jsonl.gz --speed max --wait-subscribed --listen 127.0.0.1:0 --ready-file /tmp/exchange",
            "tapedeck exchange day.jsonl.gz --shared --at-end loop --fault drop@seq=500 --fault duplicate@p=0.01",
        ],
        options: ExchangeOptions.specs, isService: true, run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let stopped = DispatchSemaphore(value: 0)
        return try context.signals.whileListening({ _ in stopped.signal() }) {
            let service = try ExchangeService(
                configuration: try ExchangeOptions.configuration(context.settings), log: context.log,
                instant: InstantText.nanoseconds)
            let address = service.address.description
            try context.output.line(
                context.wantsJSON
                    ? JSONValue.object(["address": .string(address)]).canonical : "listening on \(address)")
            try context.output.flush()
            let readyFile = context.settings.value(ExchangeOptions.readyFile)
            defer { if let readyFile { unlink(readyFile) } }
            if let readyFile { try ReadyFile.write(address, to: readyFile) }
            stopped.wait()
            let report = service.stop()
            if case .unix(let path) = service.address { unlink(path) }
            try print(report, context)
            if report.failedPlays > 0 { return .failed }
            return report.hasLoss ? .loss : .done
        }
    }

    private static func print(_ report: ExchangeReport, _ context: CommandContext) throws {
        guard !context.wantsJSON else { return try context.output.line(report.json.canonical) }
        try context.output.line(
            "served \(report.clients) clients: \(report.messages) messages, \(report.completedPlays) plays to the end")
        for (what, count) in [
            ("handshakes refused: wrong or missing token", report.refusedTokens),
            ("handshakes refused: too many clients", report.refusedClients),
            ("handshakes refused by fault", report.refusedByFault),
            ("subscriptions refused", report.refusedSubscriptions),
            ("client messages ignored", report.ignoredMessages),
            ("clients dropped because they were too slow", report.slowClients),
            ("plays that failed", report.failedPlays), ("faults", report.faultCount),
        ] where count > 0 {
            try context.output.line("\(what): \(count)")
        }
        if let failure = report.firstFailure { try context.output.line("first failure: \(failure)") }
        if let lateness = report.lateness {
            try context.output.line(
                "lateness: p50 \(milliseconds(lateness.p50)), p99 \(milliseconds(lateness.p99)), "
                    + "p99.9 \(milliseconds(lateness.p999)), max \(milliseconds(lateness.max))")
        }
    }

    private static func milliseconds(_ seconds: Double) -> String {
        "\((seconds * 1e6).rounded() / 1e3) ms"
    }
}
