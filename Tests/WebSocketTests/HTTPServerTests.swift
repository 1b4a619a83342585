import Foundation
import Testing
import WebSocket

@Suite struct HTTPServerTests {
    /// curl asks, so that no code of ours judges the server.
    private func curl(_ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        process.arguments = ["-sS", "--max-time", "20"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    @Test func answersRequestsByMethodQueryAndBody() throws {
        let loop = try ServiceLoop(name: "server")
        defer { loop.stop() }
        let server = try HTTPServer.start(on: .tcp(host: "127.0.0.1", port: 0), loop: loop, handler: EchoHandler())
        let base = "http://\(server.address)"
        #expect(try curl("\(base)/echo?a=1&b=x%20y") == "GET [\"a=1\", \"b=x y\"] 0\n")
        #expect(
            try curl("-X", "POST", "-d", String(repeating: "z", count: 20_000), "\(base)/echo") == "POST [] 20000\n")
        #expect(try curl("-X", "POST", "-d", "", "\(base)/echo") == "POST [] 0\n")
        #expect(try curl("-o", "/dev/null", "-w", "%{http_code}", "\(base)/none") == "404")
        #expect(try curl("\(base)/big").utf8.count == 3_000_000)
        #expect(try curl("\(base)/echo", "\(base)/echo") == "GET [] 0\nGET [] 0\n")  // one connection, two requests
    }

    @Test func aUnixSocketIsForItsUserAlone() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tapedeck-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "s").path
        let loop = try ServiceLoop(name: "server")
        defer { loop.stop() }
        _ = try HTTPServer.start(on: .unix(path: path), loop: loop, handler: EchoHandler())
        #expect(try curl("--unix-socket", path, "http://x/echo") == "GET [] 0\n")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode.map { $0 & 0o777 } == 0o600)
    }

    @Test func anAddressInUseIsNamed() throws {
        let loop = try ServiceLoop(name: "server")
        defer { loop.stop() }
        let server = try HTTPServer.start(on: .tcp(host: "127.0.0.1", port: 0), loop: loop, handler: EchoHandler())
        let other = try ServiceLoop(name: "other")
        defer { other.stop() }
        #expect(
            throws: WebSocketError(
                .listen, "cannot listen on \(server.address): the address is in use or not this machine's")
        ) {
            _ = try HTTPServer.start(on: server.address, loop: other, handler: EchoHandler())
        }
    }

    @Test(arguments: [
        ("127.0.0.1:9464", "127.0.0.1:9464"), ("[::1]:80", "[::1]:80"), ("unix:/run/x", "unix:/run/x"),
        ("localhost:0", "localhost:0"),
    ])
    func readsAddresses(text: String, shown: String) throws {
        #expect(try ListenAddress(text).description == shown)
        #expect(try ListenAddress(text).isLocal)
    }

    @Test(arguments: ["", "80", ":80", "host", "host:70000", "unix:"])
    func refusesWhatIsNoAddress(text: String) {
        #expect(throws: WebSocketError.self) { try ListenAddress(text) }
    }
}
