import Foundation
import TestSupport
import Testing

@Suite("demo", .serialized)
struct DemoTests {
    private static let tape = TestPaths.fixture("tapes/random-walk.jsonl.gz")

    /// The mongod of the tests' servers is found as demo itself finds it.
    private func run(
        _ arguments: [String], environment: [String: String] = [:],
        started: (RunningCommand) throws -> Void = { _ in }
    ) throws -> Tapedeck.Outcome {
        try Tapedeck.run(
            ["demo"] + arguments, environment: environment, folder: TestPaths.root, limit: .seconds(300),
            started: started)
    }

    @Test("it proves that nothing is lost and both ends agree, and leaves nothing running")
    func itHolds() async throws {
        try await onThread {
            let folder = try TemporaryFolder("demo")
            let outcome = try run(["--folder", folder.path, Self.tape])
            #expect(outcome.status == 0, "\(outcome.diagnostics)")
            #expect(
                outcome.output.contains("tape 20000 = published 20000 = acknowledged 20000 = trades in MongoDB 20000"))
            #expect(outcome.output.contains("bit for bit, 0 differ, 0 missing, 0 extra"))
            #expect(outcome.output.contains("SIM:ONE"))
            let page = try String(contentsOfFile: folder.file("report.html"), encoding: .utf8)
            #expect(page.contains("<svg") && outcome.output.contains("report: \(folder.file("report.html"))"))
            #expect(!FileManager.default.fileExists(atPath: folder.file("mongod")), "the servers' data are gone")
            #expect(try processes(mentioning: folder.path).isEmpty)
        }
    }

    @Test("on servers that run already it keeps to names of its own")
    func itUsesRunningServers() async throws {
        try await onThread {
            let folder = try TemporaryFolder("demo")
            try withBroker(["other:1"]) { brokers in
                let outcome = try run(
                    ["--folder", folder.path, "--json", Self.tape],
                    environment: ["TAPEDECK_BROKERS": brokers, "TAPEDECK_MONGO_URI": try TestServers.mongoURI()])
                #expect(outcome.status == 0, "\(outcome.diagnostics)")
                let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
                #expect(object?["holds"] as? Bool == true)
                #expect((object?["counts"] as? [String: Int])?["trades in MongoDB"] == 20_000)
            }
        }
    }

    @Test("a step that fails names its log", arguments: ["torn.jsonl.gz", "missing.jsonl.gz"])
    func aFailedStepNamesItsLog(_ name: String) async throws {
        try await onThread {
            let folder = try TemporaryFolder("demo")
            let bytes = try Data(contentsOf: URL(fileURLWithPath: Self.tape))
            try bytes.prefix(100_000).write(to: URL(fileURLWithPath: folder.file("torn.jsonl.gz")))
            let outcome = try run(["--folder", folder.file("out"), folder.file(name)])
            #expect(outcome.status == 1)
            #expect(outcome.diagnosticLines.count == 1, "\(outcome.diagnostics)")
            #expect(outcome.diagnostics.contains(name) && outcome.diagnostics.contains("see \(folder.file("out"))"))
            #expect(try processes(mentioning: folder.path).isEmpty)
        }
    }

    @Test("an interrupt ends everything that it started", arguments: ["mongod ", "replay ", "pipeline "])
    func anInterruptEndsEverything(_ moment: String) async throws {
        try await onThread {
            let folder = try TemporaryFolder("demo")
            let outcome = try run(["--folder", folder.path, Self.tape]) { command in
                #expect(command.waitFor("\n\(moment)"))
                command.signal(SIGINT)
            }
            // Too late an interrupt meets a demo that is done.
            #expect(outcome.status == 130 || (outcome.status == 0 && moment == "pipeline "), "\(outcome.diagnostics)")
            #expect(try processes(mentioning: folder.path).isEmpty)
            #expect(!FileManager.default.fileExists(atPath: folder.file("mongod")))
        }
    }

    @Test("killed, it takes its servers and verbs with it")
    func aKillEndsEverything() async throws {
        try await onThread {
            let folder = try TemporaryFolder("demo")
            var children: [Int32] = []
            _ = try run(["--folder", folder.path, Self.tape]) { command in
                #expect(command.waitFor("\ntopic "))
                // mongod, pipeline and replay; the embedded broker is in the demo itself.
                while children.count < 3 { children = try self.children(of: command.processIdentifier) }
                command.signal(SIGKILL)
            }
            #expect(children.count >= 3)
            // The kernel's signal was sent when the demo was gone; a process needs a moment to end.
            let deadline = ContinuousClock.now + .seconds(20)
            while children.contains(where: isRunning), ContinuousClock.now < deadline { usleep(10_000) }
            #expect(children.filter(isRunning).isEmpty)
        }
    }

    private func children(of process: Int32) throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task").flatMap { thread in
            let list = FileManager.default.contents(atPath: "/proc/\(process)/task/\(thread)/children") ?? Data()
            return String(decoding: list, as: UTF8.self).split(separator: " ").compactMap { Int32($0) }
        }
    }

    /// Whether a process is there and no zombie: who adopts orphans may reap late.
    private func isRunning(_ process: Int32) -> Bool {
        guard let stat = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return false }
        return !String(decoding: stat, as: UTF8.self).contains(") Z ")
    }

    /// Command lines of processes that name a path.
    private func processes(mentioning path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { name in
            guard Int32(name) != nil, name != "\(getpid())",
                let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
            else { return nil }
            let text = String(decoding: line, as: UTF8.self)
            return text.contains(path) ? text : nil
        }
    }
}
