import Foundation
import Tape
import TestSupport
import Testing

@testable import Recorder

/// The program itself: what it takes and what it says.
@Suite(.serialized) struct RecordCommandTests {
    @Test func hangupReadsTheSymbolsAgain() throws {
        let feed = try NumberedFeed(burst: 1, pauseMicroseconds: 20_000)
        defer { feed.stop() }
        let folder = try TemporaryFolder("hangup")
        let file = folder.file("symbols.txt")
        try Data("B\n".utf8).write(to: URL(fileURLWithPath: file))
        let recorder = try RecorderProcess.start(feed.url, folder.path, ["--symbols-file", file])
        #expect(feed.wait { $0.subscribed == ["AAPL", "B"] })
        try Data("B\nIC MARKETS:1\n".utf8).write(to: URL(fileURLWithPath: file))
        recorder.signal(SIGHUP)
        #expect(feed.wait { $0.subscribed == ["AAPL", "B", "IC MARKETS:1"] })
        recorder.signal(SIGTERM)
        #expect(recorder.wait().status == 0)
    }

    @Test(arguments: [
        (["record"], "--symbols is missing"), (["record", "--symbols", "A"], "no key: set FINNHUB_TOKEN"),
        (["record", "--symbols", "A", "--url", "http://x/"], "--url"),
        (["record", "--symbols", "A", "--fsync", "sometimes"], "--fsync"),
        (["record", "--symbols", "A", "--url", "ws://127.0.0.1:1/", "--keep-until-hooked"], "--hook"),
        (["record", "--symbols", "A", "--url", "ws://127.0.0.1:1/", "--as", "frames"], "--publish"),
        (["record", "--symbols", "A", "--url", "ws://127.0.0.1:1/", "--token", "x"], "FINNHUB_TOKEN"),
    ])
    func badCommandLinesAreUsageErrors(words: [String], part: String) throws {
        let run = try CommandRun.tapedeck(words, environment: ["FINNHUB_TOKEN": "", "FINNHUB_TOKEN_FILE": ""])
        #expect(run.status == 2)
        #expect(
            String(decoding: run.errors, as: UTF8.self).contains(part), "\(String(decoding: run.errors, as: UTF8.self))"
        )
    }

    @Test func aFolderThatIsNotThereIsNamed() throws {
        let run = try CommandRun.tapedeck([
            "record", "--symbols", "A", "--url", "ws://127.0.0.1:1/", "--folder", "/no/such/folder",
        ])
        #expect(run.status == 1)
        #expect(String(decoding: run.errors, as: UTF8.self).contains("/no/such/folder"))
    }

    @Test func theDoctorSaysWhatToDo() throws {
        let folder = try TemporaryFolder("doctor")
        let run = try CommandRun.tapedeck(
            ["doctor", "--for", "record", "--folder", folder.path, "--min-free", "0", "--brokers", "127.0.0.1:1"],
            environment: ["FINNHUB_TOKEN": ""])
        let text = String(decoding: run.output, as: UTF8.self)
        #expect(run.status == 1)
        #expect(text.contains("FAIL broker"))
        #expect(text.contains("check that the broker runs"))
        #expect(text.contains("warn token"))
        #expect(text.contains("librdkafka"))
        let missing = try CommandRun.tapedeck(
            ["doctor", "--for", "record", "--folder", "/no/such/folder", "--brokers", "127.0.0.1:1", "--json"])
        #expect(String(decoding: missing.output, as: UTF8.self).contains("mkdir -p /no/such/folder"))
    }
}
