import Foundation
import Replayer
import Synchronization

/// Keys of the terminal as commands: read one by one, without echo.
///
/// The terminal gets its settings back on every exit: at the end of the work, when the process exits in any other way of
/// its own (`atexit`), and before a second signal ends it. Ctrl-Z is switched off meanwhile, since a stopped process
/// could not give them back; Ctrl-C keeps its meaning.
final class TerminalKeys: Sendable {
    private static let saved = Mutex<termios?>(nil)
    private static let isRegistered = Atomic<Bool>(false)
    private let isStopped = Atomic<Bool>(false)

    /// Begins to read keys, if standard input and error are the terminal that we are in the foreground of.
    ///
    /// - Parameter handle: gets the commands, on a thread of its own.
    /// - Returns: nil where there is no terminal to read keys from.
    static func start(_ handle: @escaping @Sendable (ReplayControl) -> Void) -> TerminalKeys? {
        guard isatty(STDIN_FILENO) == 1, Terminal.isInteractive, tcgetpgrp(STDIN_FILENO) == getpgrp() else {
            return nil
        }
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
        saved.withLock { $0 = settings }
        if !isRegistered.exchange(true, ordering: .sequentiallyConsistent) { atexit { TerminalKeys.restore() } }
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        withUnsafeMutableBytes(of: &settings.c_cc) { characters in
            characters[Int(VMIN)] = 1
            characters[Int(VTIME)] = 0
            characters[Int(VSUSP)] = 0  // _POSIX_VDISABLE on Linux
        }
        guard tcsetattr(STDIN_FILENO, TCSANOW, &settings) == 0 else { return nil }
        let keys = TerminalKeys()
        let thread = Thread { keys.listen(handle) }
        thread.name = "keys"
        thread.start()
        return keys
    }

    /// Gives the terminal its settings back; any thread, more than once.
    static func restore() {
        guard
            var settings = saved.withLock({ saved in
                defer { saved = nil }
                return saved
            })
        else { return }
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    /// Ends it; the thread goes with the process.
    func stop() {
        isStopped.store(true, ordering: .sequentiallyConsistent)
        Self.restore()
    }

    private func listen(_ handle: @Sendable (ReplayControl) -> Void) {
        var decoder = KeyDecoder()
        var byte: UInt8 = 0
        while !isStopped.load(ordering: .relaxed) {
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1, !isStopped.load(ordering: .relaxed) else { return }
            if let command = decoder.take(byte) { handle(command) }
        }
    }
}
