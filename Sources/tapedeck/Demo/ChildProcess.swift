import Foundation
import Synchronization

/// A verb of this binary as a process of its own, in our process group, its output in files.
///
/// `Foundation.Process` gives each child a group of its own, which a terminal's Ctrl-C and a `kill -- -GROUP` would miss.
final class ChildProcess: Sendable {
    /// How a process ended.
    enum Ending: Equatable {
        case exited(Int32)
        case killed(signal: Int32)

        var shown: String {
            switch self {
            case .exited(let status): "exit \(status)"
            case .killed(let signal): "killed by signal \(signal)"
            }
        }
    }

    /// The process id.
    let id: pid_t
    /// A process id may belong to someone else once it is reaped: signals are sent under this lock, before that.
    private let isReaped = Mutex(false)

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: its path.
    ///   - arguments: what follows the program's name.
    ///   - environment: its whole environment.
    ///   - output: the file that gets its standard output.
    ///   - log: the file that gets its standard error.
    /// - Throws: ``CommandFailure`` if it cannot be started.
    init(
        _ program: String, _ arguments: [String], environment: [String: String], output: String, log: String
    ) throws(CommandFailure) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        for (descriptor, path) in [(STDOUT_FILENO, output), (STDERR_FILENO, log)] {
            posix_spawn_file_actions_addopen(&actions, descriptor, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        let words = CStrings([program] + arguments)
        let variables = CStrings(environment.map { "\($0.key)=\($0.value)" }.sorted())
        var id: pid_t = 0
        let code = withExtendedLifetime((words, variables)) {
            posix_spawn(&id, program, &actions, nil, words.pointers, variables.pointers)
        }
        guard code == 0 else {
            throw CommandFailure("\(program): cannot be started: \(String(cString: strerror(code)))")
        }
        self.id = id
    }

    /// Waits until it has ended; called once.
    ///
    /// Blocks the calling thread.
    func wait() -> Ending {
        var information = siginfo_t()
        // Without reaping, so that the id stays ours until the lock is held.
        while waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        var status: Int32 = 0
        isReaped.withLock { isReaped in
            while waitpid(id, &status, 0) < 0, errno == EINTR {}
            isReaped = true
        }
        return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: status & 0x7F)
    }

    /// Sends a signal, unless it has ended.
    func send(_ signal: Int32) {
        isReaped.withLock { isReaped in
            if !isReaped { kill(id, signal) }
        }
    }
}

/// An array of C strings that ends with a null pointer, as `exec` wants it; freed with this object.
private final class CStrings {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ texts: [String]) { pointers = texts.map { strdup($0) } + [nil] }

    deinit { for pointer in pointers { free(pointer) } }
}
