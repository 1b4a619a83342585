import Foundation

/// One run of a hook's command: a process group of its own, without our secrets, with one line to read.
enum HookProcess {
    /// How it ended.
    enum Outcome: Equatable, Sendable {
        case ended(status: Int32)
        case killed(signal: Int32)
        case timedOut
        case notStarted(reason: String)

        var isSuccess: Bool { self == .ended(status: 0) }
    }

    /// Runs the command with `/bin/sh -c`; blocks until it has ended or its time is over.
    ///
    /// - Parameters:
    ///   - command: what the shell runs.
    ///   - input: its standard input.
    ///   - milliseconds: how long it may take; then its whole process group gets SIGKILL.
    ///   - isCancelled: whether to end it early; asked about 20 times a second.
    /// - Returns: how it ended.
    static func run(
        _ command: String, input: String, milliseconds: Int64, isCancelled: () -> Bool = { false }
    ) -> Outcome {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return .notStarted(reason: String(cString: strerror(errno))) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        defer { close(ends[1]) }
        var bytes = Array(input.utf8)
        // A line is far below the pipe's 64 KiB, so it goes in whole; who does not read it loses nothing.
        _ = write(ends[1], &bytes, bytes.count)
        var child: pid_t = 0
        let code = spawn(command, standardInput: ends[0], &child)
        close(ends[0])
        guard code == 0 else { return .notStarted(reason: String(cString: strerror(code))) }
        close(ends[1])
        ends[1] = -1
        let end = SystemClocks.monotonic() + milliseconds * 1_000_000
        while true {
            var status: Int32 = 0
            let waited = waitpid(child, &status, WNOHANG)
            if waited == child {
                // Its children may outlive it; what a hook leaves running is not for us to keep.
                kill(-child, SIGKILL)
                let signal = status & 0x7F
                return signal == 0 ? .ended(status: (status >> 8) & 0xFF) : .killed(signal: signal)
            }
            if SystemClocks.monotonic() >= end || isCancelled() {
                kill(-child, SIGKILL)
                waitpid(child, &status, 0)
                return .timedOut
            }
            usleep(waited < 0 && errno != EINTR ? 50_000 : 20_000)
        }
    }

    private static func spawn(_ command: String, standardInput: Int32, _ child: inout pid_t) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, standardInput, 0)
        // Its words go where ours go: to standard error, since standard output is for results.
        posix_spawn_file_actions_adddup2(&actions, 2, 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        // What is ignored or blocked here would be so in the child too.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for number in [SIGPIPE, SIGHUP, SIGINT, SIGQUIT, SIGTERM] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let words: [String] = ["/bin/sh", "-c", command]
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        let environment: [UnsafeMutablePointer<CChar>?] = environment().map { strdup($0) } + [nil]
        defer { for text in arguments + environment { free(text) } }
        return posix_spawn(&child, "/bin/sh", &actions, &attributes, arguments, environment)
    }

    /// Our environment without what may be secret.
    private static func environment() -> [String] {
        ProcessInfo.processInfo.environment.filter { name, _ in
            !name.hasPrefix("FINNHUB_TOKEN") && !name.hasPrefix("TAPEDECK_") && name != "NOTIFY_SOCKET"
                && !name.hasPrefix("CREDENTIALS_")
        }.map { "\($0)=\($1)" }.sorted()
    }
}
