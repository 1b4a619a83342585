import Foundation

/// Tells systemd how the service does, where it asked to be told (`NOTIFY_SOCKET`, sd_notify(3)); else nothing.
final class ServiceManager: Sendable {
    private let path: String?
    /// Whether anybody listens.
    var isPresent: Bool { path != nil }

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let given = environment["NOTIFY_SOCKET"] ?? ""
        path = given.hasPrefix("/") || given.hasPrefix("@") ? given : nil
    }

    /// The service answers.
    func isReady() { send("READY=1") }
    /// The service is alive; to be said more often than `WatchdogSec`.
    func isAlive(_ status: String? = nil) { send("WATCHDOG=1" + (status.map { "\nSTATUS=\($0)" } ?? "")) }
    /// The service is about to end.
    func isStopping() { send("STOPPING=1") }

    private func send(_ text: String) {
        guard let path else { return }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        // A name that begins with @ is abstract: its first byte is 0.
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (bytes.first == 0 ? 0 : 1))
        let socket = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return }
        defer { close(socket) }
        let message = Array(text.utf8)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                sendto(socket, message, message.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL), address, length)
            }
        }
    }
}
