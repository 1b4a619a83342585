import Foundation
import Synchronization

/// A program that runs beside the test, its outputs being collected.
public final class RunningCommand: @unchecked Sendable {
    // Sendable because Process is only configured before the start and afterwards used for its id and its end alone.
    private let process: Process
    private let output = Collector()
    private let errors = Collector()
    private let ended = DispatchSemaphore(value: 0)

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - path: the program, absolute.
    ///   - arguments: the command line without the program's name.
    ///   - environment: changes to ours; an empty value removes a variable.
    ///   - input: standard input.
    ///   - folder: the working folder.
    /// - Throws: if it cannot be started.
    public init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], input: [UInt8] = [],
        folder: String? = nil
    ) throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        // libmongoc warns on standard error where a killed process of the same id left its counters.
        process.environment = ProcessInfo.processInfo.environment.merging(["MONGOC_DISABLE_SHM": "1"]) { $1 }
            .merging(environment) { $1 }.filter { !$1.isEmpty }
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        let pipes = (Pipe(), Pipe())
        process.standardOutput = pipes.0
        process.standardError = pipes.1
        let standardInput = input.isEmpty ? nil : Pipe()
        process.standardInput = standardInput ?? FileHandle.nullDevice
        process.terminationHandler = { [ended] _ in ended.signal() }
        try Self.withAllSignals { try process.run() }
        output.start(pipes.0.fileHandleForReading)
        errors.start(pipes.1.fileHandleForReading)
        if let standardInput {
            let handle = standardInput.fileHandleForWriting
            Thread.detachNewThread {
                try? handle.write(contentsOf: Data(input))
                try? handle.close()
            }
        }
    }

    /// Runs `body` without blocked signals: tests run on threads that block most of them, and a child inherits that.
    private static func withAllSignals(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    /// The process id.
    public var processIdentifier: Int32 { process.processIdentifier }

    /// Sends a signal if it still runs.
    ///
    /// - Parameter number: such as `SIGTERM`.
    public func signal(_ number: Int32) {
        if process.isRunning { kill(process.processIdentifier, number) }
    }

    /// Waits until standard error or output contains a text; blocks.
    ///
    /// - Parameters:
    ///   - text: what to wait for.
    ///   - limit: only stops a hang.
    /// - Returns: false if the program ended, or the limit passed, without it.
    public func waitFor(_ text: String, limit: Duration = .seconds(60)) -> Bool {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if output.contains(text) || errors.contains(text) { return true }
            if output.isClosed && errors.isClosed { return output.contains(text) || errors.contains(text) }
            // Either collector wakes us through its own condition; the pause only bounds the look at the other one.
            errors.waitForMore()
        }
        return false
    }

    /// Waits for its end; SIGKILL comes after the limit.
    ///
    /// - Parameter limit: only stops a hang.
    /// - Returns: what it wrote and how it ended.
    public func wait(limit: Duration = .seconds(120)) -> CommandRun {
        let seconds = Double(limit.components.seconds)
        if ended.wait(timeout: .now() + seconds) == .timedOut { signal(SIGKILL) }
        process.waitUntilExit()
        ended.signal()
        let isSignal = process.terminationReason == .uncaughtSignal
        return CommandRun(
            status: isSignal ? 128 + process.terminationStatus : process.terminationStatus, output: output.finish(),
            errors: errors.finish())
    }

    /// Reads one pipe to its end on a thread of its own.
    private final class Collector: @unchecked Sendable {
        // Sendable because the condition guards every stored property.
        private let condition = NSCondition()
        private var bytes: [UInt8] = []
        private var closed = false

        func start(_ handle: FileHandle) {
            Thread.detachNewThread { [self] in
                // Not FileHandle's read: it waits until the buffer is full, which a test that waits for a line never sees.
                var buffer = [UInt8](repeating: 0, count: 65536)
                while true {
                    let count = read(handle.fileDescriptor, &buffer, buffer.count)
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { break }
                    condition.withLock {
                        bytes.append(contentsOf: buffer[..<count])
                        condition.broadcast()
                    }
                }
                condition.withLock {
                    closed = true
                    condition.broadcast()
                }
            }
        }

        var isClosed: Bool { condition.withLock { closed } }

        func contains(_ text: String) -> Bool {
            condition.withLock { String(decoding: bytes, as: UTF8.self).contains(text) }
        }

        func waitForMore() {
            condition.withLock { if !closed { _ = condition.wait(until: Date(timeIntervalSinceNow: 0.05)) } }
        }

        func finish() -> [UInt8] {
            condition.withLock {
                // A grandchild that outlives the program keeps the pipe open: what it would still write is not waited for.
                let limit = Date(timeIntervalSinceNow: 10)
                while !closed, condition.wait(until: limit) {}
                return bytes
            }
        }
    }
}
