import CSandbox
import Foundation
import Synchronization

/// The one thread that starts processes: it never ends, because the kernel takes the end of the starting thread for the
/// end of the parent.
final class Spawner: Sendable {
    static let shared = Spawner()

    private struct Job {
        let path: String
        let arguments: [String]
        let environment: [String]
        let output: String
        let log: String
        let answer: @Sendable (Int32) -> Void
    }

    private let jobs = Mutex<[Job]>([])
    private let wake = DispatchSemaphore(value: 0)

    private init() {
        let thread = Thread { [self] in
            while true {
                wake.wait()
                guard let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { continue }
                job.answer(Self.run(job))
            }
        }
        thread.name = "sandbox-spawner"
        thread.start()
    }

    /// Starts a program; blocks until it is executed or known not to be.
    ///
    /// - Returns: the process id, or a negative errno.
    func spawn(path: String, arguments: [String], environment: [String], output: String, log: String) -> Int32 {
        let result = Result()
        let job = Job(path: path, arguments: arguments, environment: environment, output: output, log: log) {
            result.set($0)
        }
        jobs.withLock { $0.append(job) }
        wake.signal()
        return result.get()
    }

    /// A value that one thread sets once and another waits for.
    private final class Result: Sendable {
        private let value = Mutex<Int32>(0)
        private let isSet = DispatchSemaphore(value: 0)

        func set(_ value: Int32) {
            self.value.withLock { $0 = value }
            isSet.signal()
        }

        func get() -> Int32 {
            isSet.wait()
            return value.withLock { $0 }
        }
    }

    private static func run(_ job: Job) -> Int32 {
        var arguments: [UnsafeMutablePointer<CChar>?] = ([job.path] + job.arguments).map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = job.environment.map { strdup($0) } + [nil]
        defer { for pointer in arguments + environment { free(pointer) } }
        return csandbox_spawn(job.path, &arguments, &environment, job.output, job.log)
    }
}
