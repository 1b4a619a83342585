import Foundation
import Synchronization

/// A program run to its end: both pipes are read while it runs, so that it never blocks on a full one.
public struct CommandRun: Sendable {
    /// The exit status, or 128 + the signal that ended it.
    public let status: Int32
    /// All that it wrote to standard output.
    public let output: [UInt8]
    /// All that it wrote to standard error.
    public let errors: [UInt8]

    /// Standard output as text.
    public var outputText: String { String(decoding: output, as: UTF8.self) }
    /// Standard error as text.
    public var errorText: String { String(decoding: errors, as: UTF8.self) }

    /// Runs the built `tapedeck`.
    ///
    /// - Parameters:
    ///   - arguments: the command line without the program's name.
    ///   - environment: changes to ours; an empty value removes a variable.
    ///   - input: standard input; empty by default.
    ///   - folder: the working folder; ours by default.
    ///   - limit: only stops a hang: SIGKILL comes after it.
    ///   - started: called with a handle once it runs, to send signals; on the calling thread.
    /// - Returns: what it wrote and how it ended.
    /// - Throws: if it cannot be started.
    public static func tapedeck(
        _ arguments: [String], environment: [String: String] = [:], input: [UInt8] = [], folder: String? = nil,
        limit: Duration = .seconds(120), started: (RunningCommand) throws -> Void = { _ in }
    ) throws -> CommandRun {
        try program(
            TestPaths.program, arguments, environment: environment, input: input, folder: folder,
            limit: limit, started: started)
    }

    /// Runs any program.
    ///
    /// - Parameters:
    ///   - path: the program, absolute.
    ///   - arguments: the command line without the program's name.
    ///   - environment: changes to ours; an empty value removes a variable.
    ///   - input: standard input.
    ///   - folder: the working folder.
    ///   - limit: only stops a hang.
    ///   - started: called with a handle once it runs.
    /// - Returns: what it wrote and how it ended.
    /// - Throws: if it cannot be started.
    public static func program(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], input: [UInt8] = [],
        folder: String? = nil, limit: Duration = .seconds(120), started: (RunningCommand) throws -> Void = { _ in }
    ) throws -> CommandRun {
        let command = try RunningCommand(path, arguments, environment: environment, input: input, folder: folder)
        defer { command.signal(SIGKILL) }
        try started(command)
        return command.wait(limit: limit)
    }
}
