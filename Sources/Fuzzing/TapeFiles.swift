import Foundation

/// The files of one input in a folder of memory, made anew for each.
struct TapeFiles {
    private let folder: String
    /// Where the tape is.
    let tape: String

    /// Writes an input's files.
    init(_ input: TapeInput, in folder: String) throws(FuzzFinding) {
        self.folder = folder
        tape = "\(folder)/\(input.isNamed ? "finnhub_20240809T133000Z-7f3a_0001.jsonl.gz" : "tape.jsonl.gz")"
        try clear()
        try Self.write(input.file, tape)
        if let journal = input.journal { try Self.write(journal, tape + ".open") }
    }

    /// The tape's bytes.
    var bytes: [UInt8] { FileManager.default.contents(atPath: tape).map(Array.init) ?? [] }

    /// What is in the folder.
    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted() }

    /// Removes everything.
    func clear() throws(FuzzFinding) { for name in names { unlink("\(folder)/\(name)") } }

    private static func write(_ bytes: [UInt8], _ path: String) throws(FuzzFinding) {
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
            throw FuzzFinding("\(path) cannot be written: free some memory, or name another folder")
        }
    }
}
