import Foundation
import JSONText
import Synchronization
import TestSupport
import Testing
import WebSocket

@testable import Replayer

/// A web page open in a browser on this machine must not be able to control a replay.
@Suite struct CrossSiteGuardTests {
    private final class Target: Controllable {
        let commands = Mutex(0)
        func send(_ command: ReplayControl) -> Bool {
            commands.withLock { $0 += 1 }
            return true
        }
        var statusJSON: JSONValue { ["phase": "playing"] }
        var metrics: String { "up 1\n" }
    }

    /// Status and body of a request with further headers.
    private func ask(_ url: String, _ headers: [String], post: Bool = true, socket: String? = nil) throws -> String {
        try CommandRun.program(
            "/usr/bin/curl",
            ["-sS", "--max-time", "20", "-w", "%{http_code}"] + (post ? ["-X", "POST"] : [])
                + (socket.map { ["--unix-socket", $0] } ?? []) + headers.flatMap { ["-H", $0] } + [url]
        ).outputText
    }

    @Test func commandsAreTakenFromThisMachinesProgramsOnly() async throws {
        try await onThread {
            let target = Target()
            let server = try ControlServer(on: .tcp(host: "127.0.0.1", port: 0), target: target) { _ in nil }
            defer { server.stop() }
            let base = "http://\(server.address)"
            let port = base.split(separator: ":").last ?? ""
            let refused: [[String]] = [
                ["Origin: http://evil.example"],  // a page of another site
                ["Origin: null"],  // a page from a file, or in a sandboxed frame
                ["Origin: http://127.0.0.1:1"],  // another server of this machine
                ["Origin: https://127.0.0.1:\(port)"],
                ["Host: evil.example:\(port)"],  // a name that was made to point here
                ["Host: evil.example:\(port)", "Origin: http://evil.example:\(port)"],
                ["Host: 127.evil.example"], ["Host: 127.0.0.1.evil.example"], ["Host: 10.0.0.1:\(port)"],
                ["Host: \(String(repeating: "a", count: 600))"],
            ]
            for headers in refused {
                let answer = try ask("\(base)/pause", headers)
                #expect(answer.hasSuffix("403") && answer.contains("error"), "\(headers): \(answer)")
            }
            #expect(target.commands.withLock { $0 } == 0)
            let accepted: [[String]] = [
                [], ["Origin: \(base)"], ["Host: localhost:\(port)"],
                ["Host: LOCALHOST:\(port)", "Origin: http://localhost:\(port)"], ["Host: 127.0.0.2"],
                ["Host: [::1]:\(port)"], ["Host: [::1]"],
            ]
            for headers in accepted {
                let answer = try ask("\(base)/pause", headers)
                #expect(answer == "{\"accepted\":true}\n200", "\(headers)")
            }
            #expect(target.commands.withLock { $0 } == accepted.count)
        }
    }

    /// What changes nothing is free: a dashboard's page may read it.
    @Test func readingIsFree() async throws {
        try await onThread {
            let server = try ControlServer(on: .tcp(host: "127.0.0.1", port: 0), target: Target()) { _ in nil }
            defer { server.stop() }
            let headers = ["Origin: http://dashboard.example", "Host: dashboard.example"]
            #expect(
                try ask("http://\(server.address)/status", headers, post: false) == "{\"phase\":\"playing\"}\n200")
            #expect(try ask("http://\(server.address)/metrics", headers, post: false) == "up 1\n200")
        }
    }

    @Test func aSocketInTheFileSystemKnowsNoHostName() async throws {
        try await onThread {
            let folder = try TemporaryFolder("guard")
            let server = try ControlServer(on: .unix(path: folder.file("s")), target: Target()) { _ in nil }
            defer { server.stop() }
            #expect(try ask("http://x/pause", [], socket: folder.file("s")).hasSuffix("200"))
            #expect(
                try ask("http://x/pause", ["Origin: http://evil.example"], socket: folder.file("s")).hasSuffix("403"))
        }
    }
}
