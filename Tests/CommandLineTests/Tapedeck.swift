import Foundation
import TestSupport

/// The real binary, run as a user runs it.
enum Tapedeck {
    /// What a run left behind, as text.
    struct Outcome {
        let status: Int32
        let output: String
        let diagnostics: String

        init(_ run: CommandRun) {
            status = run.status
            output = run.outputText
            diagnostics = run.errorText
        }

        var outputLines: [String] { output.split(separator: "\n").map(String.init) }
        var diagnosticLines: [String] { diagnostics.split(separator: "\n").map(String.init) }
    }

    /// The built binary.
    static let path = "\(TestPaths.products)/tapedeck"

    /// Changes to the environment: the given settings, and none of whoever runs the tests.
    static func environment(_ settings: [String: String] = [:]) -> [String: String] {
        let inherited = ProcessInfo.processInfo.environment.keys
            .filter { $0 == "KAFKA_HOME" || ($0.hasPrefix("TAPEDECK_") && $0 != "TAPEDECK_MONGOD") }
        return Dictionary(uniqueKeysWithValues: inherited.map { ($0, "") }).merging(settings) { $1 }
    }

    /// Runs the binary to its end.
    static func run(
        _ arguments: [String], environment settings: [String: String] = [:], folder: String? = nil,
        limit: Duration = .seconds(120), started: (RunningCommand) throws -> Void = { _ in }
    ) throws -> Outcome {
        Outcome(
            try CommandRun.tapedeck(
                arguments, environment: environment(settings), folder: folder, limit: limit, started: started))
    }

    /// Runs a shell command with the binary on PATH as `tapedeck`.
    static func shell(
        _ command: String, environment settings: [String: String] = [:], folder: String,
        limit: Duration = .seconds(120)
    ) throws -> Outcome {
        var variables = environment(settings)
        variables["PATH"] = "\(TestPaths.products):" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
        return Outcome(
            try CommandRun.program(
                "/bin/bash", ["-c", command], environment: variables, folder: folder, limit: limit))
    }
}

extension TemporaryFolder {
    /// Writes a file and says where it is.
    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: file(name), atomically: true, encoding: .utf8)
        return file(name)
    }
}
