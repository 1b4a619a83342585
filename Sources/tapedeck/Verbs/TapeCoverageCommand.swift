import JSONText
import Tape

/// `tapedeck tape coverage`: how much of each symbol's session was captured.
enum TapeCoverageCommand {
    static let failIf = CommandOption(
        "fail-if", .coverageGate, help: "exit 4 if a symbol's day covers less of its session, such as 'covered<99%'")

    static let command = Command(
        name: "tape coverage", summary: "say how much of each symbol's session the tapes of a folder captured, by day",
        argumentUsage: "FOLDER", argumentCount: 1...1, argumentsAccepted: "the folder of the tapes",
        notes: [
            "Session: 9:30 to 16:00 New York on weekdays (holidays and early closes are not known), the whole UTC day for"
                + " symbols with a prefix. Covered: subscribed, connected and not in a gap; streams that overlap count once."
        ],
        examples: [
            "tapedeck tape coverage /var/lib/tapedeck",
            "tapedeck tape coverage --fail-if 'covered<99%' /var/lib/tapedeck",
        ],
        options: [TapeCatCommand.symbols.spec, failIf.spec], run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let settings = context.settings
        let progress = context.progress
        let result = try context.signals.whileListening({ signal in
            progress.clear()
            ExitCode.interrupted(signal: signal).leave()
        }) {
            try TapeCoverage.run(
                folder: settings.arguments.first ?? ".", symbols: settings.value(TapeCatCommand.symbols),
                progress: { progress.show("tape coverage", done: $0 >> 10, total: nil, unit: "KiB") })
        }
        progress.clear()
        for row in result.rows {
            let share = "\(row.share / 10_000).\(String(row.share % 10_000 / 10 + 1_000).dropFirst())"
            let (covered, session) = (row.covered / 1_000_000_000, row.session / 1_000_000_000)
            if context.wantsJSON {
                let object: JSONValue = [
                    "day": .string(row.day), "symbol": .string(row.symbol), "coveredSeconds": .int(covered),
                    "sessionSeconds": .int(session), "covered": .double(Double(row.share) / 1_000_000),
                    "gaps": .int(row.gaps), "frames": .int(row.frames), "trades": .int(row.trades),
                ]
                try context.output.line(object.canonical)
            } else {
                try context.output.line(
                    "\(row.day)  \(row.symbol)  \(share) %  \(covered) of \(session) s, \(row.gaps) gaps,"
                        + " \(row.frames) frames, \(row.trades) trades")
            }
        }
        for fault in result.faults { context.log.say(.error, "tape-unreadable", ["error": .string(fault.description)]) }
        if let limit = settings.value(failIf) {
            let below = result.rows.filter { $0.share < limit }
            if let worst = result.worst, !below.isEmpty {
                throw CommandFailure(
                    "--fail-if holds for \(below.count) of \(result.rows.count) rows, worst \(worst.symbol) on \(worst.day): see the gaps with `tapedeck tape info`",
                    code: .gate)
            }
            if result.rows.isEmpty {
                throw CommandFailure("--fail-if cannot be judged: no symbol was recorded", code: .gate)
            }
        }
        return result.faults.isEmpty ? .done : .loss
    }
}

extension ValueKind where Value == Int64 {
    /// `covered<N%`, as millionths.
    static let coverageGate = Self("GATE", accepted: "covered<N%, with N from 0 to 100 and at most four decimals") {
        text in
        let compact = text.filter { $0 != " " }
        guard compact.hasPrefix("covered<"), compact.hasSuffix("%"),
            let percent = Digits.decimal(String(compact.dropFirst(8).dropLast())), (0...100).contains(percent)
        else { return nil }
        return Int64((percent * 10_000).rounded())
    }
}
