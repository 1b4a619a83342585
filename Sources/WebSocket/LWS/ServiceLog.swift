import CWebSockets
import Foundation
import Synchronization

/// libwebsockets tells why a TLS handshake failed in its log alone: this keeps the last such line of each thread.
///
/// Nothing of it reaches standard error, and lines are kept only if they speak of certificates or TLS, so that no
/// path with a token in it can pass.
enum ServiceLog {
    private static let lastLines = Mutex<[UInt: String]>([:])
    private static let installed = Mutex(false)

    /// Takes over libwebsockets' log, once a process.
    static func install() {
        installed.withLock { done in
            guard !done else { return }
            done = true
            lws_set_log_level(LLL_ERR | LLL_WARN) { _, line in
                guard let line else { return }
                let text = String(cString: line)
                let lower = text.lowercased()
                guard ["ssl", "tls", "cert", "verif", "mismatch", "issuer"].contains(where: lower.contains) else {
                    return
                }
                ServiceLog.lastLines.withLock {
                    $0[ServiceLog.thread] = text.trimmingCharacters(in: .whitespacesAndNewlines)
                }
            }
        }
    }

    /// Forgets the calling thread's line.
    static func clear() { lastLines.withLock { _ = $0.removeValue(forKey: thread) } }

    /// The calling thread's last line about TLS since ``clear()``.
    static var lastLine: String? { lastLines.withLock { $0[thread] } }

    private static var thread: UInt { UInt(pthread_self()) }
}
