import Foundation
import TestSupport

/// Everything that a recorder leaves behind where its key could show.
struct TokenTraces {
    /// As it is given.
    let key: String
    private var texts: [(what: String, text: String)] = []

    init(key: String) { self.key = key }

    /// What a program printed.
    mutating func add(_ run: CommandRun, _ what: String) { texts.append((what, run.outputText + run.errorText)) }

    /// What anyone may see of a process: its command line and its name.
    mutating func add(process: RunningCommand) throws {
        for file in ["cmdline", "comm"] {
            let path = "/proc/\(process.processIdentifier)/\(file)"
            texts.append((path, String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)))
        }
    }

    /// All files of a folder, unpacked where they are packed.
    mutating func add(folder: String) throws {
        for name in try RecorderProcess.files(folder, "") {
            let path = "\(folder)/\(name)"
            let run = try CommandRun.program("/bin/sh", ["-c", "zcat -f '\(path)' 2>/dev/null; cat '\(path)'"])
            texts.append((name, run.outputText))
        }
    }

    /// Where the key shows: as it is, in a query's encoding, or in a crash report's memory dump; only its first eight
    /// bytes need to.
    var places: [String] {
        let bytes = Array(key.utf8.prefix(8))
        let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        let forms = [
            String(decoding: bytes, as: UTF8.self), digits.joined(), digits.joined(separator: " "),
            digits.reversed().joined(),
            key.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? key,
        ]
        return texts.filter { text in forms.contains { text.text.contains($0) } }
            .map { "\($0.what): \($0.text.prefix(2000))" }
    }
}
