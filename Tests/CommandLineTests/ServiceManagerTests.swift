import Foundation
import TestSupport
import Testing

/// What systemd is told (sd_notify(3)), over a socket of our own.
@Suite("Service manager", .serialized)
struct ServiceManagerTests {
    @Test("the pipeline says that it is up, that it lives, and that it stops")
    func thePipelineReports() async throws {
        try await onThread {
            let folder = try TemporaryFolder("notify")
            let socket = try NotifySocket(folder.file("notify"))
            try withBroker(["raw_data:1"]) { brokers in
                let outcome = try Tapedeck.run(
                    ["pipeline"],
                    environment: [
                        "TAPEDECK_BROKERS": brokers, "TAPEDECK_MONGO_URI": try TestServers.mongoURI(),
                        "TAPEDECK_DATABASE": "notify", "NOTIFY_SOCKET": socket.path,
                    ],
                    started: { command in
                        #expect(socket.next() == "READY=1")
                        #expect(socket.next() == "WATCHDOG=1")
                        #expect(socket.next() == "WATCHDOG=1")
                        command.signal(SIGTERM)
                    })
                #expect(outcome.status == 0, "\(outcome.diagnostics)")
                #expect(socket.rest().last == "STOPPING=1")
            }
        }
    }

    @Test("the recorder says that it is up, how it does, and that it stops")
    func theRecorderReports() async throws {
        try await onThread {
            let folder = try TemporaryFolder("notify")
            let socket = try NotifySocket(folder.file("notify"))
            let outcome = try Tapedeck.run(
                ["record", "--url", "ws://127.0.0.1:9", "--symbols", "A", "--folder", folder.path],
                environment: ["FINNHUB_TOKEN": "key-key-key", "NOTIFY_SOCKET": socket.path],
                started: { command in
                    #expect(socket.next() == "READY=1")
                    #expect(socket.next() == "WATCHDOG=1\nSTATUS=not connected, 0 trades, 0 of 1 symbols")
                    command.signal(SIGTERM)
                })
            #expect(outcome.status == 0, "\(outcome.diagnostics)")
            #expect(socket.rest().contains("STOPPING=1"))
        }
    }
}

/// The datagram socket that `NOTIFY_SOCKET` names.
private final class NotifySocket {
    let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(result == 0)
    }

    deinit { close(descriptor) }

    /// The next message; nil if none comes within a minute.
    func next() -> String? { receive(milliseconds: 60_000) }

    /// What has come already.
    func rest() -> [String] {
        var found: [String] = []
        while let text = receive(milliseconds: 0) { found.append(text) }
        return found
    }

    private func receive(milliseconds: Int32) -> String? {
        var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waited, 1, milliseconds) == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
