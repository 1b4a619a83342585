import Foundation
import Tape

/// A folder of a test, removed with it.
final class Scratch {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/tape-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// What a program prints, read while it runs.
    static func output(of program: String, _ arguments: [String]) throws -> (text: Data, status: Int32) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (text, process.terminationStatus)
    }

    static func zcat(_ path: String) throws -> String {
        String(decoding: try output(of: "zcat", [path]).text, as: UTF8.self)
    }

    /// Whether a program is there; says so if not.
    static func has(_ program: String) -> Bool {
        let found = (try? output(of: program, ["--version"]).status) == 0
        if !found { print("SKIPPED: \(program) is not on this machine") }
        return found
    }
}
