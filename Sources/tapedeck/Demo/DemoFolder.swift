import Foundation

/// Where a demonstration keeps logs, data and report.
struct DemoFolder {
    /// Its absolute path.
    let path: String

    /// Takes the user's folder, or makes a new one under `TMPDIR`.
    init(_ given: String?) throws(CommandFailure) {
        if let given {
            do {
                try FileManager.default.createDirectory(atPath: given, withIntermediateDirectories: true)
            } catch {
                throw CommandFailure("--folder \(given): cannot be made: check that the folder above it is writable")
            }
            path = URL(fileURLWithPath: given).standardizedFileURL.path
            guard !FileManager.default.fileExists(atPath: path + "/mongod") else {
                throw CommandFailure("--folder \(given): holds servers' data already: name an empty folder")
            }
            return
        }
        let base = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(base)/tapedeck-demo-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CommandFailure(
                "\(base): no folder can be made there (\(String(cString: strerror(errno)))): set TMPDIR")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The path of something in it.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Removes what the servers stored; logs of the verbs and the report stay.
    func removeServerData() {
        for name in ["mongod", "kafka"] { try? FileManager.default.removeItem(atPath: file(name)) }
    }

    /// Removes everything.
    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
