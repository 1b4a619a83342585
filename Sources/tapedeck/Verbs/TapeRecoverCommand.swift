import Foundation
import JSONText
import Tape

/// `tapedeck tape recover`: makes whole tapes of what a dead recorder or a bad disk left.
enum TapeRecoverCommand {
    static let command = Command(
        name: "tape recover", summary: "make a whole tape of what a dead recorder or a bad disk left",
        argumentUsage: "TAPE|FOLDER...", argumentCount: TapeOptions.argumentCount,
        argumentsAccepted: "one or more tapes, journals, or folders whose journals are to be recovered",
        notes: [
            "Keeps every member that passes its CRCs, the whole lines of a torn last one, and the lines of the journal"
                + " NAME.open. A damaged original stays as NAME.damaged. Done twice it changes nothing more. Journals that a"
                + " recorder holds are left alone.",
            "Exit 0: nothing was lost; 3: something was, a line whose write was cut short included; 1: nothing is left.",
        ],
        examples: ["tapedeck tape recover session.jsonl.gz", "tapedeck tape recover /var/lib/tapedeck"],
        options: [], run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        var code = ExitCode.done
        var failure: (any Error)?
        for path in context.settings.arguments {
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            let results: [Result<TapeRecoveryReport, TapeError>] =
                exists && isFolder.boolValue ? try TapeRecovery.run(folder: path) : [one(path)]
            for result in results {
                switch result {
                case .failure(let error):
                    // The others are still to be recovered.
                    if failure != nil {
                        context.log.say(.error, "tape-not-recovered", ["error": .string(error.description)])
                    }
                    failure = failure ?? error
                case .success(let report):
                    try print(report, context)
                    if report.outcome == .nothing {
                        failure = failure ?? CommandFailure("\(report.path): nothing is left of it: copy it again")
                    }
                    if report.outcome == .lossy { code = .loss }
                }
            }
        }
        if let failure { throw failure }
        return code
    }

    private static func one(_ path: String) -> Result<TapeRecoveryReport, TapeError> {
        do throws(TapeError) { return .success(try TapeRecovery.run(path: path)) } catch { return .failure(error) }
    }

    private static func print(_ report: TapeRecoveryReport, _ context: CommandContext) throws {
        if context.wantsJSON {
            try context.output.line(json(report).canonical)
            return
        }
        let what = report.isChanged ? "recovered" : report.outcome == .nothing ? "nothing is left" : "left as it is"
        var text = "\(report.path): \(what): \(report.members) members, \(report.lines) lines, \(report.frames) frames,"
        text += " \(report.bytes) bytes kept, \(report.lostBytes + report.lostJournalBytes) bytes lost"
        if report.journalLines > 0 { text += ", \(report.journalLines) lines from the journal" }
        if report.rescuedLines > 0 { text += ", \(report.rescuedLines) lines from damaged members" }
        if report.unverifiedLines > 0 { text += ", \(report.unverifiedLines) lines unverified" }
        if report.tornBytes > 0 { text += ", a torn line of \(report.tornBytes) bytes" }
        if report.duplicates > 0 { text += ", \(report.duplicates) duplicates left out" }
        if report.missingLines > 0 { text += ", \(report.missingLines) lines missing" }
        try context.output.line(text)
        for hole in report.holes {
            try context.output.line("  seq \(hole.lowerBound) to \(hole.upperBound) is missing")
        }
        for damage in report.damages { try context.output.line("  \(damage)") }
        if let original = report.original { try context.output.line("  the original is kept as \(original)") }
    }

    private static func json(_ report: TapeRecoveryReport) -> JSONValue {
        var value: [String: JSONValue] = [
            "path": .string(report.path), "stream": .string(report.stream), "part": JSONValue(report.part),
            "members": .int(report.members), "lines": .int(report.lines), "frames": .int(report.frames),
            "journalLines": .int(report.journalLines), "unverifiedLines": .int(report.unverifiedLines),
            "rescuedLines": .int(report.rescuedLines), "duplicates": .int(report.duplicates),
            "bytes": .int(report.bytes), "lostBytes": .int(report.lostBytes),
            "lostJournalBytes": .int(report.lostJournalBytes), "tornBytes": .int(report.tornBytes),
            "missingLines": .int(report.missingLines), "changed": .bool(report.isChanged),
        ]
        value["outcome"] = .string(
            report.outcome == .clean ? "clean" : report.outcome == .lossy ? "lossy" : "nothing")
        value["original"] = report.original.map(JSONValue.string) ?? .null
        value["holes"] = .array(report.holes.map { [.int($0.lowerBound), .int($0.upperBound)] })
        value["damages"] = .array(report.damages.map(JSONValue.string))
        value["lastReceive"] = report.lastReceive.map(JSONValue.int) ?? .null
        return .object(value)
    }
}
