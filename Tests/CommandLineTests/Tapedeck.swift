import Foundation
import Synchronization
import Testing

/// The real binary, run as a user runs it.
struct Tapedeck {
    /// What a run left behind.
    struct Outcome {
        let status: Int32
        let output: String
        let diagnostics: String
        /// A signal that ended the process, which is a crash unless a test sent it.
        let wasKilled: Bool

        var outputLines: [String] { output.split(separator: "\n").map(String.init) }
        var diagnosticLines: [String] { diagnostics.split(separator: "\n").map(String.init) }
    }

    /// The binary that was built with these tests.
    static let path: String = {
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        return tests.appendingPathComponent("tapedeck").path
    }()

    /// The package's folder.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// Variables that reach the binary; settings of whoever runs the tests do not.
    static func environment(_ settings: [String: String] = [:]) -> [String: String] {
        ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("TAPEDECK_") && $0.key != "KAFKA_HOME" }
            .merging(settings) { $1 }
    }

    /// Runs the binary to its end.
    static func run(
        _ arguments: [String], environment settings: [String: String] = [:], folder: String? = nil
    ) throws -> Outcome {
        try run(path, arguments, environment: environment(settings), folder: folder)
    }

    /// Runs a shell command with the binary on PATH as `tapedeck`.
    static func shell(
        _ command: String, environment settings: [String: String] = [:], folder: String
    ) throws -> Outcome {
        var variables = environment(settings)
        let bin = URL(fileURLWithPath: path).deletingLastPathComponent().path
        variables["PATH"] = bin + ":" + (variables["PATH"] ?? "/usr/bin:/bin")
        return try run("/bin/bash", ["-c", command], environment: variables, folder: folder)
    }

    /// Reads both pipes while the process runs: one that fills would stop it for ever.
    private static func run(
        _ program: String, _ arguments: [String], environment: [String: String], folder: String?
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = environment
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        let (output, diagnostics) = (Pipe(), Pipe())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = diagnostics
        try process.run()
        let reader = PipeReader(diagnostics.fileHandleForReading)
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let errors = reader.text()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: text, diagnostics: errors,
            wasKilled: process.terminationReason == .uncaughtSignal)
    }
}

/// Reads a pipe to its end on a thread of its own.
private final class PipeReader: Sendable {
    private let bytes = Mutex(Data())
    private let done = DispatchSemaphore(value: 0)

    init(_ handle: FileHandle) {
        Thread { [self] in
            let data = handle.readDataToEndOfFile()
            bytes.withLock { $0 = data }
            done.signal()
        }.start()
    }

    func text() -> String {
        done.wait()
        return bytes.withLock { String(decoding: $0, as: UTF8.self) }
    }
}

/// A folder that is gone when the test is.
final class TemporaryFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("tapedeck-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in it.
    func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file and says where it is.
    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: file(name), atomically: true, encoding: .utf8)
        return file(name)
    }
}
