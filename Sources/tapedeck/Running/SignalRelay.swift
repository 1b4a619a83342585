import Foundation
import Synchronization

/// Turns SIGINT and SIGTERM into calls on a thread of its own.
///
/// The first signal asks for a clean end; the second, or one that nobody listens for, ends the process at once. SIGPIPE is ignored: writes report a
/// closed pipe themselves. Handlers, unlike a blocked mask or `SIG_IGN`, do not pass to children.
final class SignalRelay: Sendable {
    /// The relay of this process.
    static let shared = SignalRelay()

    private struct State {
        var hangup: (@Sendable () -> Void)?
        var received: Int32?
        var handlers: [(id: Int, call: @Sendable (Int32) -> Void)] = []
        var nextID = 0
    }

    private let state = Mutex(State())
    /// Write end for the handler, which may only call what is async-signal-safe.
    private static let ends: (read: Int32, write: Int32) = {
        var ends: [Int32] = [-1, -1]
        guard Foundation.pipe(&ends) == 0 else { return (-1, -1) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        return (ends[0], ends[1])
    }()

    /// The signal that came first, if any came.
    var received: Int32? { state.withLock { $0.received } }

    /// Begins to listen; called once, before any work.
    func start() {
        _ = Self.ends
        signal(SIGPIPE, SIG_IGN)
        // Whoever started us from a thread with signals blocked, as Dispatch's are, left us that mask.
        var ours = sigset_t()
        sigemptyset(&ours)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&ours, number) }
        pthread_sigmask(SIG_UNBLOCK, &ours, nil)
        for number in [SIGINT, SIGTERM] { Self.relay(number) }
        let thread = Thread { self.listen() }
        thread.name = "signals"
        thread.start()
    }

    /// From now on SIGHUP calls this, on the relay's thread, each time; it ends a process that did not ask for it.
    func onHangup(_ call: @escaping @Sendable () -> Void) {
        state.withLock { $0.hangup = call }
        Self.relay(SIGHUP)
    }

    private static func relay(_ number: Int32) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { number in
            let saved = errno
            var byte = UInt8(truncatingIfNeeded: number)
            _ = write(SignalRelay.ends.write, &byte, 1)
            errno = saved
        }
        action.sa_flags = SA_RESTART
        sigaction(number, &action, nil)
    }

    /// Runs work that a signal can ask to stop.
    ///
    /// - Parameters:
    ///   - stop: asks the work to end soon; called on the relay's thread, at once if a signal has already come.
    ///   - body: the work.
    /// - Returns: what the work returns.
    func whileListening<Result>(
        _ stop: @escaping @Sendable (Int32) -> Void, _ body: () throws -> Result
    ) rethrows -> Result {
        let (id, received) = state.withLock { state in
            state.nextID += 1
            state.handlers.append((state.nextID, stop))
            return (state.nextID, state.received)
        }
        defer { state.withLock { $0.handlers.removeAll { $0.id == id } } }
        if let received { stop(received) }
        return try body()
    }

    private func listen() {
        var byte: UInt8 = 0
        while true {
            let count = read(Self.ends.read, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return }
            let number = Int32(byte)
            if number == SIGHUP {
                state.withLock { $0.hangup }?()
                continue
            }
            let handlers = state.withLock { state -> [@Sendable (Int32) -> Void]? in
                guard state.received == nil else { return nil }
                state.received = number
                return state.handlers.map(\.call)
            }
            // No one listens before the work begins: then there is nothing to clean up either.
            guard let handlers, !handlers.isEmpty else {
                TerminalKeys.restore()
                _exit(128 + number)
            }
            for handler in handlers { handler(number) }
        }
    }
}
