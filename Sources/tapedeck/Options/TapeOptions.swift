import Foundation
import Tape

/// What verbs that read or write tapes share.
enum TapeOptions {
    static let output = CommandOption(
        "output", short: "o", .path, help: "the tape to write; it appears when it is whole")
    static let overwrite = CommandOption(switch: "overwrite", help: "replace a file of that name")
    static let skipBad = CommandOption(
        switch: "skip-bad", help: "leave out and count lines that are no frames; exits 3 if there were any")
    static let stream = CommandOption("stream", .stream, help: "stream id of files that name none")

    static let argumentUsage = "TAPE..."
    static let argumentCount = 1...Int.max
    static let argumentsAccepted = "one or more tapes, '-' for standard input"

    /// Writes a file as a whole; a signal meanwhile leaves nothing behind.
    static func writing<Result>(
        _ path: String, _ context: CommandContext, _ body: () throws -> Result
    ) rethrows -> Result {
        let progress = context.progress
        return try context.signals.whileListening(
            { signal in
                progress.clear()
                unlink(path + ".partial")
                _exit(ExitCode.interrupted(signal: signal).status)
            }, body)
    }

    /// Shows how many bytes of the files were read.
    static func progress(_ verb: String, of paths: [String], _ context: CommandContext) -> (Int64) -> Void {
        let sizes = paths.map { try? FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int64 }
        let total = sizes.contains { $0 == nil } ? nil : sizes.compactMap { $0 }.compactMap { $0 }.reduce(0, +)
        return { bytes in context.progress.show(verb, done: bytes >> 10, total: total.map { $0 >> 10 }, unit: "KiB") }
    }
}
