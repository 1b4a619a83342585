import Foundation
import JSONText
import Synchronization
import Tape
import TestSupport
import Testing
import WebSocket

@testable import Replayer

/// The controls over HTTP.
@Suite struct ControlRoutesTests {
    private let routes = ControlRoutes(on: .unix(path: "s")) { $0 == "2024-08-09T13:30:00Z" ? 42 : nil }

    @Test(arguments: [
        ("/pause", "", ReplayControl.pause), ("/resume", "{}", .resume), ("/toggle", "\n", .toggle),
        ("/stop", "", .stop),
        ("/step", "", .step(1)), ("/step", #"{"frames":7}"#, .step(7)),
        ("/speed", #"{"speed":"max"}"#, .speed(.maximum)), ("/speed", #"{"speed":1}"#, .speed(.rate(.one))),
        ("/seek", #"{"to":"2024-08-09T13:30:00Z"}"#, .seek(.instant(42))),
        ("/seek", #"{"offsetSeconds":1.5}"#, .seek(.offset(1_500_000_000))),
        ("/seek", #"{"bySeconds":-10}"#, .seek(.distance(-10_000_000_000))),
    ])
    func aPathAndABodyAreACommand(path: String, body: String, command: ReplayControl) throws {
        #expect(try routes.command(path, Array(body.utf8)).get() == command)
    }

    @Test(arguments: [
        ("/speed", ""), ("/speed", #"{"speed":0}"#), ("/speed", #"{"speed":"-1"}"#), ("/speed", "[1]"),
        ("/speed", #"{"perSecond":"x"}"#), ("/seek", "{}"), ("/seek", #"{"to":"yesterday"}"#),
        ("/seek", #"{"offsetSeconds":-1}"#), ("/seek", #"{"bySeconds":1e30}"#), ("/step", #"{"frames":0}"#),
        ("/step", "{"), ("/pause", "not json"), ("/pause", "{\"a\":\"" + String(repeating: "x", count: 5000) + "\"}"),
    ])
    func whatIsNoCommandIsRefused(path: String, body: String) {
        #expect(throws: ControlRoutes.Refusal.self) { try routes.command(path, Array(body.utf8)).get() }
    }

    /// A target that remembers.
    private final class Target: Controllable {
        let commands = Mutex<[ReplayControl]>([])
        func send(_ command: ReplayControl) -> Bool {
            commands.withLock { $0.append(command) }
            return command != .toggle
        }
        var statusJSON: JSONValue { ["phase": "playing"] }
        var metrics: String { "up 1\n" }
    }

    private func curl(_ arguments: String...) throws -> String {
        let run = try CommandRun.program("/usr/bin/curl", ["-sS", "--max-time", "20"] + arguments)
        return run.outputText
    }

    @Test func theServerAnswersRequests() async throws {
        try await onThread {
            let target = Target()
            let server = try ControlServer(on: .tcp(host: "127.0.0.1", port: 0), target: target) { _ in nil }
            defer { server.stop() }
            let base = "http://\(server.address)"
            #expect(try curl("\(base)/status") == "{\"phase\":\"playing\"}\n")
            #expect(try curl("\(base)/metrics") == "up 1\n")
            #expect(try curl("-X", "POST", "\(base)/pause") == "{\"accepted\":true}\n")
            #expect(try curl("-d", #"{"frames":2}"#, "\(base)/step") == "{\"accepted\":true}\n")
            #expect(target.commands.withLock { $0 } == [.pause, .step(2)])
            let code = ["-o", "/dev/null", "-w", "%{http_code}"]
            func status(_ arguments: [String]) throws -> String {
                try CommandRun.program("/usr/bin/curl", ["-sS", "--max-time", "20"] + code + arguments).outputText
            }
            #expect(try status(["\(base)/pause"]) == "405")
            #expect(try status(["-X", "POST", "\(base)/status"]) == "405")
            #expect(try status(["-X", "POST", "\(base)/metrics"]) == "405")
            #expect(try status(["-d", "{", "\(base)/seek"]) == "400")
            #expect(try status(["-X", "POST", "\(base)/toggle"]) == "503")
            #expect(try status(["\(base)/"]) == "404")
        }
    }

    @Test func onlyThisMachineMayControl() {
        #expect(throws: ReplayError.self) {
            try ControlServer(on: .tcp(host: "0.0.0.0", port: 0), target: Target()) { _ in nil }
        }
    }

    /// A real session, paused, stepped, moved and ended over HTTP.
    @Test func aReplayObeysOverHTTPExactToTheRecord() async throws {
        try await onThread {
            let folder = try TemporaryFolder("http")
            let tape = try TestTape.even(1000, every: 1_000_000_000, to: folder.file("a.jsonl.gz"))
            var configuration = ReplayConfiguration(tapes: [tape], speed: .rate(.one))
            configuration.startsPaused = true
            let session = ReplaySession(configuration: configuration)
            let server = try ControlServer(on: .unix(path: folder.file("s")), target: session) { _ in nil }
            defer { server.stop() }
            let ended = Mutex<(report: ReplayReport?, sequences: [Int64])?>(nil)
            let thread = Thread { [session] in
                let sink = SinkDouble(time: WallTime())
                let report = try? session.play(
                    session.makePlan(Tapes(session.configuration)), into: sink, partitions: 1)
                ended.withLock { $0 = (report, sink.handed.compactMap(\.identity?.sequence)) }
            }
            thread.start()
            func post(_ path: String, _ body: String = "") throws {
                let before = session.status.commands
                let answer = try curl("--unix-socket", folder.file("s"), "-d", body, "http://x\(path)")
                #expect(answer == "{\"accepted\":true}\n")
                while session.status.commands <= before { sched_yield() }
            }
            func waitFor(_ condition: (ReplayStatus) -> Bool) { while !condition(session.status) { sched_yield() } }
            try post("/step", #"{"frames":3}"#)
            waitFor { $0.sequence == 3 }
            try post("/seek", #"{"offsetSeconds":499.5}"#)
            try post("/step")
            waitFor { $0.sequence == 501 }
            let metrics = try curl("--unix-socket", folder.file("s"), "http://x/metrics")
            for line in [
                "phase{phase=\"paused\"} 1", "phase{phase=\"playing\"} 0", "published_records_total 4",
                "commands_total 3", "lap 1",
            ] {
                #expect(metrics.contains("\ntapedeck_replay_\(line)\n"), "\(line)")
            }
            #expect(metrics.contains("# TYPE tapedeck_replay_published_records_total counter\n"))
            try post("/speed", #"{"speed":"max"}"#)
            try post("/seek", #"{"offsetSeconds":997}"#)
            try post("/resume")
            while ended.withLock({ $0 == nil }) { sched_yield() }
            let (found, sequences) = try #require(ended.withLock { $0 })
            let report = try #require(found)
            #expect(sequences == [1, 2, 3, 501, 998, 999, 1000])
            #expect(report.commands.map(\.command.name) == ["step", "seek", "step", "speed", "seek", "resume"])
            #expect(report.outcome == .done)
        }
    }
}

/// The machine's time, for a sink beside a real session.
private final class WallTime: AdvancingTime {
    private let source = SystemTimeSource()
    func now() -> Int64 { source.now() }
    func wait(until deadline: Int64) { source.wait(until: deadline) }
    func wake() { source.wake() }
    func advance(by nanoseconds: Int64) {}
}
