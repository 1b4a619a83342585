import Foundation

/// Tells other programs that a service answers, and where.
enum ReadyFile {
    /// Writes the address aside and renames, so that a reader finds all of it or nothing.
    static func write(_ address: String, to path: String) throws(CommandFailure) {
        do {
            try Data("\(address)\n".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure(
                "--ready-file \(path): cannot be written: check that its folder exists and is writable")
        }
    }
}
