import Foundation
import TestSupport
import Testing

/// `tapedeck exchange` as a user runs it.
@Suite struct ExchangeCommandTests {
    private let tape = TestPaths.fixture("tapes/market-four-symbols.jsonl.gz")

    @Test func runsUntilItIsToldToStopAndReports() async throws {
        try await onThread { [tape] in
            let folder = try TestSupport.TemporaryFolder("exchange")
            let ready = folder.file("ready")
            let run = try CommandRun.tapedeck(
                [
                    "exchange", tape, "--listen", "127.0.0.1:0", "--ready-file", ready, "--json", "--fault",
                    "refuse@seq=0",
                ]
            ) { command in
                #expect(command.waitFor("\"address\":\"127.0.0.1:"))
                command.signal(SIGTERM)
            }
            #expect(run.status == 0)
            let lines = run.outputText.split(separator: "\n")
            #expect(lines.count == 2 && lines[1].contains("\"clients\":0") && lines[1].contains("\"faults\":[]"))
            #expect(!FileManager.default.fileExists(atPath: ready), "gone with the service")
        }
    }

    @Test(arguments: [
        ["--fault", "drop"], ["--fault", "drop@"], ["--fault", "melt@seq=1"], ["--fault", "drop@seq=x"],
        ["--fault", "drop@p=2"], ["--fault", "drop@5"], ["--fault", "drop@+5"], ["--speed", "0"], ["--at-end", "stop"],
        ["--listen", "nowhere"], ["--max-symbols", "0"], ["--speed", "2", "--per-second", "3"],
        ["--exchange-token", "secret"], ["--wait-subscribed", "--max-symbols", "3"],
    ])
    func badSettingsAreRefusedNamingThem(arguments: [String]) async throws {
        try await onThread { [tape] in
            let run = try CommandRun.tapedeck(
                ["exchange", tape, "--listen", "127.0.0.1:0"].filter { word in
                    !(arguments.contains("--listen") && (word == "--listen" || word == "127.0.0.1:0"))
                } + arguments)
            #expect(run.status == 2)
            #expect(run.errorText.contains(arguments[0]) && run.errorText.split(separator: "\n").count == 1)
            #expect(!run.errorText.contains("'secret'"))
        }
    }

    @Test func aSocketIsRemovedAtTheEnd() async throws {
        try await onThread { [tape] in
            let folder = try TestSupport.TemporaryFolder("exchange")
            let path = folder.file("s")
            let run = try CommandRun.tapedeck(["exchange", tape, "--listen", "unix:\(path)"]) { command in
                #expect(command.waitFor("listening on unix:"))
                #expect(FileManager.default.fileExists(atPath: path))
                command.signal(SIGINT)
            }
            #expect(run.status == 0)
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }
}
