import Foundation
import Tape
import TestSupport
import Testing

@testable import Recorder

/// The program itself: signals, crashes, what it says and what it never says.
@Suite(.serialized) struct RecordCommandTests {
    private static let isHeavy = ProcessInfo.processInfo.environment["TAPEDECK_HEAVY"] == "1"

    private func start(
        _ feed: String, _ folder: String, _ more: [String] = [], environment: [String: String] = [:]
    ) throws -> RunningCommand {
        try RunningCommand(
            "\(TestPaths.products)/tapedeck",
            ["record", "--url", feed, "--symbols", "AAPL", "--folder", folder, "--min-free", "0"] + more,
            environment: environment)
    }

    /// Kills the recorder at seeded points of a fast feed and counts what its tape holds afterwards.
    @Test func killedAtAnyPointItLosesNoReceivedFrame() throws {
        let seeds = Self.isHeavy ? 200 : 4
        var (sentInAll, keptInAll) = (0, 0)
        for seed in 0..<seeds {
            let random = SeededRandom(seed: UInt64(seed))
            // 20,000 frames a second.
            let feed = try NumberedFeed(burst: 40, pauseMicroseconds: 2000)
            let folder = try TemporaryFolder("kill")
            let socket = folder.file("page")
            let more = [
                "--member-size", "\(random.next(in: 4...256))KiB", "--rotate-size", "\(random.next(in: 64...512))KiB",
                "--level", "1", "--fsync", ["1s", "never", "20ms"][seed % 3], "--listen", "unix:\(socket)",
            ]
            let recorder = try start(feed.url, folder.path, more)
            let target = Int(random.next(in: 1...12_000))
            #expect(feed.wait { $0.sent >= target }, "seed \(seed)")
            // What it said that it had received is the least that must be there.
            let page = try CommandRun.program("/usr/bin/curl", ["-sS", "--unix-socket", socket, "http://x/status"])
            let told = Self.number("frames", in: String(decoding: page.output, as: UTF8.self)) ?? 0
            recorder.signal(SIGKILL)
            _ = recorder.wait()
            feed.stop()
            let sent = feed.state.sent
            for result in try TapeRecovery.run(folder: folder.path, name: "finnhub") {
                #expect(try result.get().outcome != .nothing, "seed \(seed)")
                #expect(try result.get().missingLines == 0, "seed \(seed)")
            }
            let kept = try Self.frames(in: folder.path)
            #expect(kept.count >= told, "seed \(seed): \(kept.count) kept, \(told) told")
            #expect(kept == (0..<kept.count).map { NumberedFeed.frame($0) }, "seed \(seed): a hole, a repeat or a byte")
            sentInAll += sent
            keptInAll += kept.count
        }
        print("kill -9: \(seeds) runs, \(sentInAll) frames sent, \(keptInAll) on the tapes, the rest was in sockets")
    }

    private static func number(_ key: String, in json: String) -> Int? {
        guard let start = json.range(of: "\"\(key)\":")?.upperBound else { return nil }
        return Int(json[start...].prefix { $0.isNumber })
    }

    private static func frames(in folder: String) throws -> [[UInt8]] {
        var frames: [[UInt8]] = []
        var last: Int64 = 0
        for part in TapeFolder(folder: folder, name: "finnhub").parts() {
            let reader = try TapeReader(paths: [part.path], configuration: .init(workers: 1))
            while let batch = try reader.next() {
                for line in batch.lines {
                    #expect(line.sequence == last + 1)
                    last = line.sequence
                    if line.kind == .frame { frames.append(try batch.message(line)) }
                }
            }
        }
        return frames
    }

    @Test func aSignalClosesTheTapeThoughTheServerIsGone() throws {
        let feed = try NumberedFeed(burst: 5, pauseMicroseconds: 2000)
        defer { feed.stop() }
        for signal in [SIGTERM, SIGINT] {
            let folder = try TemporaryFolder("signal")
            let recorder = try start(feed.url, folder.path, ["--json"])
            let before = feed.state.sent
            #expect(feed.wait { $0.sent > before + 50 })
            let start = ContinuousClock.now
            recorder.signal(signal)
            let run = recorder.wait()
            print("record: ended \(ContinuousClock.now - start) after signal \(signal)")
            #expect(run.status == 0)
            let summary = String(decoding: run.output, as: UTF8.self)
            #expect(summary.contains("\"cause\":\"\(signal == SIGTERM ? "SIGTERM" : "SIGINT")\""))
            let parts = TapeFolder(folder: folder.path, name: "finnhub").parts().map(\.path)
            #expect(try TapeInfo.read(paths: parts).isClosed)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasSuffix(".open") })
        }
    }

    @Test func hangupReadsTheSymbolsAgain() throws {
        let feed = try NumberedFeed(burst: 1, pauseMicroseconds: 20_000)
        defer { feed.stop() }
        let folder = try TemporaryFolder("hangup")
        let file = folder.file("symbols.txt")
        try Data("B\n".utf8).write(to: URL(fileURLWithPath: file))
        let recorder = try start(feed.url, folder.path, ["--symbols-file", file])
        #expect(feed.wait { $0.subscribed == ["AAPL", "B"] })
        try Data("B\nIC MARKETS:1\n".utf8).write(to: URL(fileURLWithPath: file))
        recorder.signal(SIGHUP)
        #expect(feed.wait { $0.subscribed == ["AAPL", "B", "IC MARKETS:1"] })
        recorder.signal(SIGTERM)
        #expect(recorder.wait().status == 0)
    }

    /// Every way in which a connection can fail, with a key that must show nowhere.
    @Test func theKeyShowsNowhere() throws {
        let key = "c0ffee5ecretc0ffee"
        let feed = try NumberedFeed(burst: 5, pauseMicroseconds: 2000)
        defer { feed.stop() }
        let folder = try TemporaryFolder("secret")
        var texts: [String] = []
        func outputs(_ run: CommandRun) -> String {
            String(decoding: run.output, as: UTF8.self) + String(decoding: run.errors, as: UTF8.self)
        }
        // A frame, an error and a close reason that quote the key: the frame stays verbatim, the rest is redacted.
        let recorder = try start(
            feed.url, folder.path, ["--hook", "env >&2; cat >&2", "--verbose"], environment: ["FINNHUB_TOKEN": key])
        #expect(feed.wait { $0.sent > 50 })
        let line = try String(contentsOfFile: "/proc/\(recorder.processIdentifier)/cmdline", encoding: .utf8)
        texts.append(line)
        feed.answer(.refuse(status: 429))
        feed.dropAll()
        #expect(recorder.waitFor("connect-failed"))
        recorder.signal(SIGTERM)
        texts.append(outputs(recorder.wait()))
        for status in [401, 403, 503] {
            feed.answer(.refuse(status: status))
            let run = try start(feed.url, folder.path, environment: ["FINNHUB_TOKEN": key])
            if status != 401 {
                #expect(run.waitFor("connect-failed"))
                run.signal(SIGTERM)
            }
            let ended = run.wait()
            #expect(ended.status == (status == 401 ? 1 : 0))
            texts.append(outputs(ended))
        }
        for url in ["wss://127.0.0.1:\(feed.port)/", "ws://127.0.0.1:1/", "ws://no-such-host.invalid/"] {
            let run = try start(url, folder.path, environment: ["FINNHUB_TOKEN": key])
            #expect(run.waitFor("connect-failed"))
            run.signal(SIGTERM)
            texts.append(outputs(run.wait()))
        }
        texts.append(
            outputs(
                try CommandRun.tapedeck(
                    ["record", "--symbols", "A", "--print-config"], environment: ["FINNHUB_TOKEN": key])))
        let asFlag = try CommandRun.tapedeck(["record", "--symbols", "A", "--url", "ws://h/?token=\(key)"])
        #expect(asFlag.status == 2)
        texts.append(outputs(asFlag))
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let path = folder.file(name)
            let zcat = try CommandRun.program("/bin/sh", ["-c", "zcat -f '\(path)' 2>/dev/null || cat '\(path)'"])
            texts.append(String(decoding: zcat.output, as: UTF8.self))
        }
        #expect(feed.state.queries.contains("token=\(key)"))
        for text in texts {
            #expect(!text.contains(key), "\(text.prefix(2000))")
        }
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
