import CSandbox
import Foundation
import Synchronization

/// A process that dies with us, however we die: SIGKILL and Ctrl-C included (the kernel sends it SIGKILL when our
/// spawner thread goes).
public final class ChildProcess: Sendable {
    /// How a process ended.
    public enum End: Equatable, Sendable, CustomStringConvertible {
        case exit(Int32)
        case signal(Int32)

        /// For messages: `exit status 1`, `signal 9`.
        public var description: String {
            switch self {
            case .exit(let code): "exit status \(code)"
            case .signal(let number): "signal \(number)"
            }
        }
    }

    let processIdentifier: Int32
    private let logPath: String
    private let end = Mutex<End?>(nil)

    /// Starts a program; returns once it was executed, not once it serves.
    ///
    /// - Parameters:
    ///   - name: for messages.
    ///   - path: the program, absolute.
    ///   - arguments: without the program's own name.
    ///   - environment: all of it.
    ///   - output: the file that its standard output is appended to; nil: the log.
    ///   - log: the file that its standard error is appended to.
    /// - Throws: ``SandboxError`` if it cannot be executed.
    public init(
        name: String, path: String, arguments: [String],
        environment: [String: String] = ProcessInfo.processInfo.environment, output: String? = nil, log: String
    ) throws(SandboxError) {
        // A fixed order, so that two runs start alike.
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let result = Spawner.shared.spawn(
            path: path, arguments: arguments, environment: variables, output: output ?? log, log: log)
        guard result > 0 else {
            throw SandboxError(
                "cannot start \(name) (\(path)): \(String(cString: strerror(-result)))",
                remedy: "check that the program can be executed and that \(log) can be written")
        }
        logPath = log
        processIdentifier = result
    }

    deinit { stop(SIGKILL) }

    /// How it ended, nil while it runs; does not block.
    func ended() -> End? { wait(milliseconds: 0) }

    /// Waits for its end.
    ///
    /// - Parameter milliseconds: at most this long.
    /// - Returns: nil if it still runs.
    func wait(milliseconds: Int32) -> End? {
        // The lock serialises reaping: after it the id may belong to someone else.
        end.withLock { end in
            if let end { return end }
            var status: Int32 = 0
            let result = csandbox_wait(processIdentifier, milliseconds, &status)
            if result == 1 {
                end = status & 0x7F == 0 ? .exit((status >> 8) & 0xFF) : .signal(status & 0x7F)
            } else if result < 0 {
                end = .exit(-1)
            }
            return end
        }
    }

    /// Waits for its end, however long that takes; may be signalled meanwhile.
    public func wait() -> End {
        while true {
            if let end = wait(milliseconds: 100) { return end }
        }
    }

    /// Sends a signal if it still runs.
    public func signal(_ number: Int32) {
        end.withLock { end in
            if end == nil { _ = Foundation.kill(processIdentifier, number) }
        }
    }

    /// Sends a signal and waits; SIGKILL follows after 20 s.
    func stop(_ number: Int32) {
        signal(number)
        if wait(milliseconds: 20_000) == nil {
            signal(SIGKILL)
            _ = wait(milliseconds: 20_000)
        }
    }

    /// The last line of the log that says something, for error messages.
    public func lastLogLine() -> String {
        guard let data = FileManager.default.contents(atPath: logPath) else { return "" }
        let text = String(decoding: data.suffix(4096), as: UTF8.self)
        return text.split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) }.map { String($0.prefix(300)) } ?? ""
    }
}
