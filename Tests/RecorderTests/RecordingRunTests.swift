import Foundation
import Tape
import TestSupport
import Testing
import WebSocket

@testable import Recorder

@Suite(.serialized) struct RecordingRunTests {
    @Test func everyFrameIsOnTheTapeToTheByteAndInOrder() throws {
        let feed = try NumberedFeed(burst: 500, pauseMicroseconds: 0, limit: 20_000)
        defer { feed.stop() }
        feed.prelude = [
            Array(#"{ "type" : "ping" }"#.utf8), Array("no JSON \u{2028}".utf8), [0xFF, 0xFE, 0x00],
            Array("{\n}".utf8), Array(String(repeating: "[", count: 65).utf8), Array(#"{"p":1e-7,"p":1.0}"#.utf8),
        ]
        let bench = try RecorderBench()
        let recorder = bench.run(try bench.configuration(feed.url))
        #expect(feed.wait { $0.sent == 20_000 })
        feed.send([1, 2, 3], kind: .binary)
        feed.closeAll()
        #expect(bench.waitFor("warning disconnected"))
        let summary = try recorder.stop()
        let recorded = try bench.read()
        let (messages, events) = (recorded.messages, recorded.events)
        let expected = feed.prelude + (0..<20_000).map { NumberedFeed.frame($0) } + [[1, 2, 3]]
        #expect(messages.count == expected.count)
        #expect(messages == expected)
        #expect(summary.status.trades == 20_000)
        #expect(summary.status.frames == Int64(expected.count))
        #expect(!summary.hasLoss)
        #expect(events.first == .connected(attempt: 1))
        #expect(events.contains(.subscribed(symbols: ["AAPL"])))
        #expect(events.contains(.disconnected(by: .server, code: 1001, reason: "going")))
        #expect(events.last == .closed(cause: "test"))
        #expect(try TapeInfo.read(paths: bench.tapes).isClosed)
    }

    @Test func aDropIsOneEventAndOneGapAndTheFeedGoesOn() throws {
        let feed = try NumberedFeed(burst: 5, pauseMicroseconds: 2000)
        defer { feed.stop() }
        let bench = try RecorderBench()
        let recorder = bench.run(try bench.configuration(feed.url, symbols: ["AAPL", "B C", #"Q"x"#]))
        #expect(feed.wait { $0.sent > 100 && $0.subscribed.count == 3 })
        feed.dropAll()
        #expect(feed.wait { $0.starts.count == 2 && $0.sent > $0.starts[1] + 100 })
        #expect(bench.waitFor("info resumed"))
        #expect(feed.wait { $0.subscribed.count == 6 })
        let summary = try recorder.stop()
        let recorded = try bench.read()
        let (messages, events) = (recorded.messages, recorded.events)
        let starts = feed.state.starts
        let numbers = messages.compactMap(NumberedFeed.number)
        // Of each connection a run without holes from its start on.
        let second = numbers.filter { $0 >= starts[1] }
        #expect(second == Array(starts[1]..<starts[1] + second.count))
        let first = numbers.filter { $0 < starts[1] }
        #expect(first == Array(0..<first.count))
        #expect(events.count { if case .disconnected(.network, nil, _) = $0 { true } else { false } } == 1)
        #expect(events.count { if case .gap(_, "network", nil) = $0 { true } else { false } } == 1)
        #expect(events.count { if case .resumed = $0 { true } else { false } } == 1)
        #expect(feed.state.subscribed.prefix(3).elementsEqual(["AAPL", "B C", #"Q\"x"#]))
        #expect(feed.state.subscribed.count == 6)
        #expect(summary.status.connects == 2)
    }

    @Test func aWrongKeyEndsItWithItsReasonAndAClosedTape() throws {
        let feed = try NumberedFeed()
        defer { feed.stop() }
        feed.answer(.refuse(status: 401))
        let bench = try RecorderBench()
        let recorder = bench.run(
            try bench.configuration(feed.url) { $0.token = RecorderToken("s3cr3t key".filter { $0 != " " }) })
        do {
            _ = try recorder.wait()
            Issue.record("it went on")
        } catch let error as RecorderError {
            guard case .refused = error else {
                Issue.record("\(error)")
                return
            }
            #expect("\(error)".contains("FINNHUB_TOKEN"))
            #expect(!"\(error)".contains("s3cr3t"))
        }
        #expect(feed.state.queries == ["token=s3cr3tkey"])
        #expect(try bench.read().events == [.closed(cause: "refused")])
    }

    @Test func aRestartNamesTheStreamBefore() throws {
        let feed = try NumberedFeed(burst: 5, pauseMicroseconds: 2000)
        defer { feed.stop() }
        let bench = try RecorderBench()
        var recorder = bench.run(try bench.configuration(feed.url))
        #expect(feed.wait { $0.sent > 50 })
        let first = try recorder.stop()
        recorder = bench.run(try bench.configuration(feed.url))
        #expect(feed.wait { $0.starts.count == 2 && $0.sent > $0.starts[1] + 50 })
        #expect(bench.waitFor("info resumed"))
        let second = try recorder.stop()
        #expect(first.status.stream != second.status.stream)
        let reader = try TapeReader(paths: [bench.tapes[1]])
        let batch = try #require(try reader.next())
        let event = try batch.event(batch.lines[0])
        let end = first.tape.status
        #expect(
            event
                == .gap(
                    from: end.lastReceive, cause: "restart",
                    previous: .init(stream: first.status.stream, sequence: end.lastSequence, receive: end.lastReceive)))
        #expect(batch.lines.allSatisfy { $0.segment == ($0.sequence == 1 ? 0 : 1) })
    }

    @Test func symbolsAreReadAgainOnRequest() throws {
        let feed = try NumberedFeed(burst: 1, pauseMicroseconds: 20_000)
        defer { feed.stop() }
        let bench = try RecorderBench()
        let file = bench.folder.file("symbols.txt")
        try Data("A\n# no\n B \n\nC # comment\n".utf8).write(to: URL(fileURLWithPath: file))
        let recorder = bench.run(try bench.configuration(feed.url, symbols: []) { $0.symbolsFile = file })
        #expect(feed.wait { $0.subscribed == ["A", "B", "C"] })
        try Data("C\nD\n".utf8).write(to: URL(fileURLWithPath: file))
        recorder.recording.reloadSymbols()
        #expect(feed.wait { $0.subscribed == ["A", "B", "C", "D"] && $0.unsubscribed == ["A", "B"] })
        try FileManager.default.removeItem(atPath: file)
        recorder.recording.reloadSymbols()
        #expect(bench.waitFor("error symbols-not-reloaded"))
        _ = try recorder.stop()
        let events = try bench.read().events
        #expect(events.contains(.unknown(name: "unsubscribed", fields: #""symbols":["A","B"]"#)))
        #expect(events.contains(.subscribed(symbols: ["D"])))
    }

    @Test func aFrameThatIsTooLongIsDroppedAndCounted() throws {
        let feed = try NumberedFeed(burst: 1, pauseMicroseconds: 20_000)
        defer { feed.stop() }
        let bench = try RecorderBench()
        let recorder = bench.run(try bench.configuration(feed.url))
        #expect(feed.wait { $0.sent > 1 })
        feed.send([UInt8](repeating: UInt8(ascii: "1"), count: (4 << 20) + 1))
        feed.send(Array(("\"" + String(repeating: "x", count: 3 << 20) + "\"").utf8))
        let before = feed.state.sent
        #expect(feed.wait { $0.sent > before + 5 })
        feed.closeAll()
        #expect(bench.waitFor("warning disconnected"))
        let summary = try recorder.stop()
        let recorded = try bench.read()
        let (messages, events) = (recorded.messages, recorded.events)
        #expect(events.contains(.dropped(frames: 1, bytes: Int64((4 << 20) + 1), cause: "too-long")))
        #expect(messages.contains { $0.count == (3 << 20) + 2 })
        #expect(summary.hasLoss)
    }

    @Test func thePageTellsHealthAndMetrics() throws {
        let feed = try NumberedFeed(burst: 5, pauseMicroseconds: 2000)
        defer { feed.stop() }
        let bench = try RecorderBench()
        let socket = bench.folder.file("page")
        let recorder = bench.run(try bench.configuration(feed.url) { $0.listen = .unix(path: socket) })
        #expect(feed.wait { $0.sent > 50 })
        func get(_ path: String) throws -> String {
            let run = try CommandRun.program(
                "/usr/bin/curl", ["-sS", "-w", " %{http_code}", "--unix-socket", socket, "http://x\(path)"])
            return String(decoding: run.output, as: UTF8.self)
        }
        // The page's numbers are renewed once a second.
        var ready = ""
        for _ in 0..<100 where ready != "ok\n 200" {
            ready = try get("/readyz")
            usleep(50_000)
        }
        #expect(ready == "ok\n 200")
        #expect(try get("/livez") == "ok\n 200")
        #expect(try get("/nothing").hasSuffix(" 404"))
        let metrics = try get("/metrics")
        #expect(metrics.contains("tapedeck_recorder_connected 1\n"))
        #expect(metrics.contains("tapedeck_recorder_trades_total{symbol=\"AAPL\"} "))
        #expect(metrics.contains("tapedeck_recorder_trade_lag_seconds_bucket{le=\"+Inf\"} "))
        #expect(try get("/status").contains("\"connected\":true"))
        feed.answer(.refuse(status: 503))
        feed.dropAll()
        for _ in 0..<100 where !ready.hasSuffix("503") {
            ready = try get("/readyz")
            usleep(50_000)
        }
        #expect(ready == "not connected\n 503")
        _ = try recorder.stop()
    }

    @Test func hooksAreToldOfGapsAndClosedParts() throws {
        let feed = try NumberedFeed(burst: 20, pauseMicroseconds: 2000)
        defer { feed.stop() }
        let bench = try RecorderBench()
        let file = bench.folder.file("hooks.jsonl")
        let recorder = bench.run(
            try bench.configuration(feed.url) {
                $0.hook = "cat >> \(file); test -z \"$FINNHUB_TOKEN\""
                $0.keepUntilHooked = true
                $0.capture.rotateSize = 64 << 10
                $0.capture.memberSize = 32 << 10
                $0.capture.level = 1
            })
        #expect(feed.wait { $0.sent > 5000 }, "\(feed.state), \(bench.lines.withLock { $0 })")
        feed.dropAll()
        #expect(bench.waitFor("info resumed"))
        _ = try recorder.stop()
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        let closed = lines.filter { $0.contains("\"event\":\"part-closed\"") }
        #expect(closed.count == bench.tapes.count)
        #expect(closed.count > 1)
        #expect(lines.count { $0.contains("\"event\":\"gap\"") } == 1)
        let ledger = HookLedger(folder: TapeFolder(folder: bench.folder.path, name: "finnhub"))
        #expect(bench.tapes.allSatisfy { ledger.contains($0) })
    }

    @Test func aHookThatFailsIsCountedAndKeepsItsPart() throws {
        let feed = try NumberedFeed(burst: 5, pauseMicroseconds: 2000)
        defer { feed.stop() }
        let bench = try RecorderBench()
        let recorder = bench.run(
            try bench.configuration(feed.url) {
                $0.hook = "exit 7"
                $0.keepUntilHooked = true
            })
        #expect(feed.wait { $0.sent > 50 })
        _ = try recorder.stop()
        #expect(bench.waitFor("warning hook-failed"))
        let ledger = HookLedger(folder: TapeFolder(folder: bench.folder.path, name: "finnhub"))
        #expect(!ledger.contains(bench.tapes[0]))
    }
}
