import Foundation
import Synchronization

/// A server in a process of its own that can be ended and started again on the same data and port.
public protocol RestartableServer: AnyObject, Sendable {
    /// The process while it runs.
    var running: RunningServer { get }

    /// Starts the process and waits until it answers.
    func launch() throws(SandboxError)
}

/// The process of a server while it runs.
public final class RunningServer: Sendable {
    private let child = Mutex<ChildProcess?>(nil)

    var processIdentifier: Int32? { child.withLock { $0?.processIdentifier } }

    func set(_ process: ChildProcess) { child.withLock { $0 = process } }

    func end(_ signal: Int32) {
        let process = child.withLock { child in
            defer { child = nil }
            return child
        }
        process?.stop(signal)
    }
}

extension RestartableServer {
    /// The process id while it runs.
    public var processIdentifier: Int32? { running.processIdentifier }

    /// Ends it cleanly (SIGTERM) and waits; nothing happens if it does not run.
    public func stop() { running.end(SIGTERM) }

    /// Ends it at once (SIGKILL), as a crash would, and waits until it is gone.
    public func kill() { running.end(SIGKILL) }

    /// Starts it again on the same data and port, after ``stop()`` or ``kill()`` or over a running one.
    ///
    /// - Throws: ``SandboxError`` naming the log file and the remedy.
    public func restart() throws(SandboxError) {
        stop()
        try launch()
    }
}
