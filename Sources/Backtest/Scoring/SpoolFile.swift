import Foundation

/// A nameless temporary file of 64-bit words.
///
/// What needs two passes (long-run variances, whose lags depend on how many points there are) reads the points back from
/// here, so that memory does not grow with the tape. The file is unlinked as soon as it is open: nothing stays behind,
/// however the process ends. One thread writes; any may read afterwards.
final class SpoolFile: Sendable {
    private let descriptor: Int32
    private let folder: String

    /// - Throws: `BacktestError.spool`.
    init(folder: String) throws(BacktestError) {
        self.folder = folder
        var template = Array((folder + "/tapedeck-backtest-XXXXXX").utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Self.failure("mkstemp", folder) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(template)
    }

    deinit { close(descriptor) }

    /// Writes words at an offset; blocks.
    func write(_ words: [UInt64], at offset: Int64) throws(BacktestError) {
        let failed = words.withUnsafeBytes { bytes -> Bool in
            var done = 0
            while done < bytes.count {
                let count = pwrite(
                    descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset) + off_t(done))
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return true }
                done += count
            }
            return false
        }
        if failed { throw Self.failure("pwrite", folder) }
    }

    /// Reads words at an offset; blocks.
    func read(into words: inout [UInt64], at offset: Int64) throws(BacktestError) {
        let failed = words.withUnsafeMutableBytes { bytes -> Bool in
            var done = 0
            while done < bytes.count {
                let count = pread(
                    descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset) + off_t(done))
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return true }
                done += count
            }
            return false
        }
        if failed { throw Self.failure("pread", folder) }
    }

    private static func failure(_ call: String, _ folder: String) -> BacktestError {
        let number = errno
        return .spool(call: call, folder: folder, number: number, text: String(cString: strerror(number)))
    }
}
