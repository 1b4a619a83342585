import Foundation

/// Where results go: standard output, in large writes, with every failure seen.
///
/// `print` would drop a full disk in silence and has no word for a reader that has gone.
final class StandardOutput {
    /// The reader closed the pipe: it has what it wanted, and that is no failure.
    struct ReaderGone: Error {}

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private let capacity = 1 << 16

    init(descriptor: Int32 = STDOUT_FILENO) { self.descriptor = descriptor }

    /// Appends a line.
    func line(_ text: String = "") throws {
        buffer += text.utf8
        buffer.append(0x0A)
        if buffer.count >= capacity { try flush() }
    }

    /// Appends text as it is.
    func text(_ text: String) throws {
        buffer += text.utf8
        if buffer.count >= capacity { try flush() }
    }

    /// Appends bytes as they are.
    func bytes(_ bytes: some Collection<UInt8>) throws {
        buffer += bytes
        if buffer.count >= capacity { try flush() }
    }

    /// Writes what is gathered.
    ///
    /// - Throws: ``ReaderGone`` for a closed pipe, ``CommandFailure`` for anything else.
    func flush() throws {
        var start = 0
        defer { buffer.removeAll(keepingCapacity: true) }
        while start < buffer.count {
            let written = buffer.withUnsafeBytes { bytes in
                write(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
            }
            if written >= 0 {
                start += written
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: waitUntilWritable()
            case EPIPE: throw ReaderGone()
            case let code:
                throw CommandFailure("standard output: \(String(cString: strerror(code))): \(Self.remedy(code))")
            }
        }
    }

    /// Someone else's descriptor may be non-blocking, and then it is ours too.
    private func waitUntilWritable() {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&waiting, 1, -1)
    }

    private static func remedy(_ code: Int32) -> String {
        switch code {
        case ENOSPC, EDQUOT: "free some space or write elsewhere"
        case EBADF: "do not close it"
        default: "write elsewhere"
        }
    }
}
