import Foundation
import Sandbox
import Synchronization

/// Runs the verbs of a demonstration as processes and can end them all.
final class DemoSteps: Sendable {
    /// What a verb left behind.
    struct Outcome {
        let verb: String
        let status: Int32
        let output: String
        let log: String

        /// Its JSON result.
        func json() throws(CommandFailure) -> [String: Any] {
            guard let data = FileManager.default.contents(atPath: output),
                let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
            else { throw CommandFailure("\(verb) left no result: see \(log)") }
            return object
        }
    }

    private struct State {
        var running: [ChildProcess] = []
        var isStopped = false
    }

    private let folder: DemoFolder
    private let state = Mutex(State())

    /// Settings of the verbs, as variables; those of whoever started us do not reach them.
    private let settings = Mutex<[String: String]>([:])

    init(folder: DemoFolder) { self.folder = folder }

    /// Sets what the verbs share.
    func use(_ settings: [String: String]) { self.settings.withLock { $0 = settings } }

    /// Starts a verb.
    func start(_ name: String, _ arguments: [String]) throws(CommandFailure) -> ChildProcess {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/proc/self/exe"
        let environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("TAPEDECK_") }
            .merging(settings.withLock { $0 }) { $1 }
        let (output, log) = (folder.file("\(name).out"), folder.file("\(name).log"))
        for old in [output, log] { try? FileManager.default.removeItem(atPath: old) }
        let child: ChildProcess
        do {
            child = try ChildProcess(
                name: name, path: program, arguments: arguments, environment: environment, output: output, log: log)
        } catch {
            throw CommandFailure("\(error)")
        }
        let isStopped = state.withLock { state in
            state.running.append(child)
            return state.isStopped
        }
        if isStopped { child.signal(SIGTERM) }
        return child
    }

    /// Waits for a verb.
    ///
    /// - Throws: ``CommandFailure`` that names its log, unless it ended with one of `accepted`.
    func wait(_ child: ChildProcess, _ name: String, accepted: Set<Int32>) throws(CommandFailure) -> Outcome {
        let ending = child.wait()
        let log = folder.file("\(name).log")
        guard case .exit(let status) = ending, accepted.contains(status) else {
            throw CommandFailure("\(name) failed (\(ending)): \(child.lastLogLine()): see \(log)")
        }
        return Outcome(verb: name, status: status, output: folder.file("\(name).out"), log: log)
    }

    /// Runs a verb to its end.
    func run(_ name: String, _ arguments: [String], accepted: Set<Int32> = [0]) throws(CommandFailure) -> Outcome {
        try wait(try start(name, arguments), name, accepted: accepted)
    }

    /// Asks everything to end; what is started later ends at once.
    func stop() {
        let running = state.withLock { state in
            state.isStopped = true
            return state.running
        }
        for child in running { child.signal(SIGTERM) }
    }
}
