import Foundation

/// What standard error is connected to, and the whole lines that go there.
enum Terminal {
    /// Whether someone looks at standard error.
    static let isInteractive = isatty(STDERR_FILENO) == 1

    /// Columns of the terminal, or 80.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes to standard error in one call, so that lines of several threads do not mix; failures have nowhere to go.
    static func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if written > 0 { bytes = bytes.dropFirst(written) } else if written < 0, errno != EINTR { return }
        }
    }
}
