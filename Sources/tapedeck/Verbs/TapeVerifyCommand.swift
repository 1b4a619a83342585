import JSONText
import Tape

/// `tapedeck tape verify`: whether tapes are whole.
enum TapeVerifyCommand {
    static let command = Command(
        name: "tape verify", summary: "check every CRC, number and time of tapes, and that they were closed",
        argumentUsage: TapeOptions.argumentUsage, argumentCount: TapeOptions.argumentCount,
        argumentsAccepted: "one or more tapes, the parts of a stream together",
        notes: [
            "Exit 0: whole; 3: something is wrong and the rest can be read; 1: nothing can be read. Gaps and drops that the"
                + " recorder wrote down are counted, and are no faults. A tape that is being written may be verified too."
        ],
        examples: ["tapedeck tape verify session_*.jsonl.gz", "tapedeck tape verify --json session.jsonl.gz"],
        options: [], run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let paths = context.settings.arguments
        let progress = context.progress
        let results = try context.signals.whileListening({ signal in
            progress.clear()
            ExitCode.interrupted(signal: signal).leave()
        }) {
            try TapeVerification.run(paths: paths, progress: TapeOptions.progress("tape verify", of: paths, context))
        }
        context.progress.clear()
        for result in results { try print(result, context) }
        if results.contains(where: { $0.outcome == .nothing }) {
            throw CommandFailure("nothing in a tape can be read: run `tapedeck tape recover` on it, or copy it again")
        }
        return results.contains { $0.outcome == .lossy } ? .loss : .done
    }

    private static func print(_ result: TapeVerification, _ context: CommandContext) throws {
        if context.wantsJSON {
            try context.output.line(json(result).canonical)
            return
        }
        var text = "\(result.stream): \(result.lines) lines, \(result.frames) frames, \(result.trades) trades, "
        text += "\(result.gaps) gaps, \(result.droppedFrames) frames dropped, "
        text += result.isClosed ? "closed" : result.isBeingWritten ? "being written" : "not closed"
        text += result.faults == 0 ? ": whole" : ": \(result.faults) faults"
        try context.output.line(text)
        for finding in result.findings {
            let place = finding.offset.map { ", offset \($0)" } ?? ""
            try context.output.line("  \(finding.path)\(place): \(finding.detail)")
        }
        if Int64(result.findings.count) < result.faults {
            try context.output.line("  and \(result.faults - Int64(result.findings.count)) more")
        }
    }

    private static func json(_ result: TapeVerification) -> JSONValue {
        var report: [String: JSONValue] = [
            "stream": .string(result.stream), "files": .array(result.paths.map(JSONValue.string)),
            "members": .int(result.members), "lines": .int(result.lines), "journalLines": .int(result.journalLines),
            "frames": .int(result.frames), "trades": .int(result.trades), "gaps": .int(result.gaps),
            "openGaps": .int(result.openGaps), "droppedFrames": .int(result.droppedFrames),
            "closed": .bool(result.isClosed), "beingWritten": .bool(result.isBeingWritten),
            "faults": .int(result.faults),
        ]
        report["firstSeq"] = result.sequences.map { .int($0.lowerBound) } ?? .null
        report["lastSeq"] = result.sequences.map { .int($0.upperBound) } ?? .null
        report["firstReceive"] = result.receives.map { .int($0.lowerBound) } ?? .null
        report["lastReceive"] = result.receives.map { .int($0.upperBound) } ?? .null
        report["findings"] = .array(
            result.findings.map {
                [
                    "file": .string($0.path), "offset": $0.offset.map(JSONValue.int) ?? .null,
                    "detail": .string($0.detail),
                ]
            })
        return .object(report)
    }
}
