import Foundation
import Tape
import Testing

/// The verbs that look after tapes, as a user runs them.
@Suite struct TapeToolsCommandTests {
    private final class Folder {
        let path = NSTemporaryDirectory() + "/tape-tools-\(UUID().uuidString)"
        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }

        func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")) }
        func write(_ name: String, _ data: Data) throws { try data.write(to: URL(fileURLWithPath: "\(path)/\(name)")) }
        var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }
    }

    private static let start: Int64 = 1_723_210_200_000_000_000

    private static func capture(_ folder: String) throws -> TapeCapture {
        try TapeCapture(
            configuration: TapeCaptureConfiguration(folder: folder, minimumFree: 0),
            header: TapeHeader(
                stream: "20240809T133000Z-7f3a", source: "wss://example.test/", symbols: ["AAPL"], recorder: "0.3.0",
                receive: start))
    }

    private static func send(_ capture: TapeCapture, _ numbers: ClosedRange<Int64>) throws {
        var batch = CaptureBatch()
        for number in numbers {
            batch.append(
                frame: Array(
                    #"{"data":[{"c":["1"],"p":16\#(number % 10).5,"s":"AAPL","t":\#(1_723_210_200_000 + number * 1_000),"v":2}],"type":"trade"}"#
                        .utf8), receive: start + number * 1_000_000_000)
        }
        _ = try capture.append(batch)
    }

    @Test func aCrashedRecordingIsVerifiedRecoveredAndVerifiedAgain() throws {
        let folder = try Folder()
        let capture = try Self.capture(folder.path)
        try Self.send(capture, 1...20)
        let live = try Tapedeck.run(["tape", "verify", capture.path])
        #expect(live.status == 0 && live.output.contains("being written: whole"))
        let busy = try Tapedeck.run(["tape", "recover", capture.path])
        #expect(busy.status == 1 && busy.diagnosticLines.count == 1 && busy.diagnostics.contains("wait for it"))
        let path = capture.path
        capture.abandon()
        #expect(try Tapedeck.run(["tape", "verify", path]).status == 3)
        #expect(try Tapedeck.run(["tape", "cat", "--as", "frames", path]).outputLines.count == 20)
        let recovered = try Tapedeck.run(["tape", "recover", folder.path])
        #expect(
            recovered.status == 0 && recovered.output.contains("20 frames")
                && recovered.output.contains("20 lines from the journal"))
        let whole = try Tapedeck.run(["tape", "verify", "--json", path])
        #expect(whole.status == 0 && whole.output.contains(#""closed":true"#) && whole.output.contains(#""faults":0"#))
        let name = "finnhub_20240809T133000Z-7f3a_0001.jsonl.gz"
        #expect(folder.names == [name])
        // Damage, and what each verb says of it.
        var bytes = try folder.bytes(name)
        bytes.removeLast(40)
        try folder.write(name, bytes)
        let torn = try Tapedeck.run(["tape", "verify", path])
        #expect(torn.status == 3 && torn.output.contains("the file ends in the middle of a member"))
        #expect(try Tapedeck.run(["tape", "index", path]).status == 1)
        let lossy = try Tapedeck.run(["tape", "recover", path])
        #expect(lossy.status == 3 && lossy.output.contains("lines unverified"))
        #expect(folder.names == [name, name + ".damaged"])
        #expect(try Tapedeck.run(["tape", "recover", path]).status == 0)
        #expect(try Tapedeck.run(["tape", "verify", path]).status == 0)
        try folder.write("junk.jsonl.gz", Data("junk".utf8))
        let junk = try Tapedeck.run(["tape", "verify", folder.path + "/junk.jsonl.gz"])
        #expect(junk.status == 1 && junk.diagnosticLines.count == 1)
    }

    @Test func mergeIndexAndDiffWorkTogether() throws {
        let folder = try Folder()
        let (a, b, m) = ("\(folder.path)/a.gz", "\(folder.path)/b.gz", "\(folder.path)/m.gz")
        for (path, seed) in [(a, "1"), (b, "2")] {
            #expect(try Tapedeck.run(["simulate", "--trades", "300", "--seed", seed, "-o", path]).status == 0)
        }
        let merged = try Tapedeck.run(["tape", "merge", a, b, "-o", m])
        #expect(merged.status == 0 && merged.output.contains("stream merge-"), "\(merged.diagnostics)")
        #expect(try Tapedeck.run(["tape", "verify", m]).status == 0)
        // Another process has other hash seeds, and must write the same bytes.
        #expect(try Tapedeck.run(["tape", "merge", a, b, "-o", m + "2"]).status == 0)
        #expect(try folder.bytes("m.gz") == folder.bytes("m.gz2"))
        let lines = try Tapedeck.run(["tape", "cat", m]).outputLines
        #expect(lines.count > 20 && lines.dropFirst().allSatisfy { $0.hasPrefix(#"{"stream":"sim-"#) })
        let index = try Tapedeck.run(["tape", "index", "--json", a])
        #expect(index.status == 0 && index.outputLines.first?.contains(#""offset":0"#) == true)
        #expect(try Tapedeck.run(["tape", "diff", a, a]).output.hasSuffix("equal\n"))
        let differ = try Tapedeck.run(["tape", "diff", "--by", "trades", a, b])
        #expect(differ.status == 4 && differ.output.contains("first difference behind"))
        let json = try Tapedeck.run(["tape", "diff", "--json", a, b])
        #expect(json.status == 4 && json.output.contains(#""equal":false"#))
        #expect(try Tapedeck.run(["tape", "diff", a]).status == 2)
    }

    @Test func catPrintsTradesAndBarsAndImportTakesThemBack() throws {
        let folder = try Folder()
        let capture = try Self.capture(folder.path)
        try Self.send(capture, 1...130)
        let path = try capture.finish(cause: "test", receive: Self.start + 131_000_000_000).path
        let csv = try Tapedeck.run(["tape", "cat", "--as", "trades-csv", path])
        #expect(csv.status == 0 && csv.outputLines.count == 131)
        #expect(csv.outputLines[0] == "stream,seq,index,receive,t,s,p,v,c")
        try folder.write("t.csv", Data(csv.output.utf8))
        let back = "\(folder.path)/back.gz"
        let imported = try Tapedeck.run([
            "tape", "import", "--columns", "t=t:ms,s=s,p=p,v=v,c=c,r=receive:ns", "\(folder.path)/t.csv", "-o", back,
        ])
        #expect(imported.status == 0, "\(imported.diagnostics)")
        #expect(try Tapedeck.run(["tape", "diff", "--by", "trades", path, back]).status == 0)
        let bars = try Tapedeck.run(["tape", "cat", "--as", "bars-csv", "--every", "1m", path])
        #expect(
            bars.outputLines.count == 4 && bars.outputLines[1] == "1723210200000,AAPL,161.5,169.5,160.5,169.5,118,59")
        #expect(try Tapedeck.run(["tape", "import", "--columns", "t=t", path, "-o", back + "2"]).status == 2)
        #expect(try Tapedeck.run(["tape", "cat", "--follow", "--from-seq", "3", path]).status == 2)
    }

    @Test func followEndsWithTheStream() throws {
        let folder = try Folder()
        let capture = try Self.capture(folder.path)
        try Self.send(capture, 1...5)
        let path = capture.path
        // The stream ends while the other process reads, or before it starts: it ends in either case.
        let thread = Thread {
            try? Self.send(capture, 6...9)
            _ = try? capture.finish(cause: "test", receive: Self.start + 10_000_000_000)
        }
        thread.start()
        let outcome = try Tapedeck.run(["tape", "cat", "--follow", "--as", "frames", path])
        #expect(outcome.status == 0 && outcome.outputLines.count == 9)
    }

    @Test func coverageGatesAFolder() throws {
        let folder = try Folder()
        let capture = try Self.capture(folder.path)
        try capture.append(event: .subscribed(symbols: ["AAPL"]), receive: Self.start)
        try Self.send(capture, 1...3_600)
        _ = try capture.finish(cause: "test", receive: Self.start + 3_600_000_000_000)
        let rows = try Tapedeck.run(["tape", "coverage", folder.path])
        #expect(rows.output == "2024-08-09  AAPL  15.384 %  3600 of 23400 s, 0 gaps, 3600 frames, 3600 trades\n")
        #expect(try Tapedeck.run(["tape", "coverage", "--fail-if", "covered<15%", folder.path]).status == 0)
        let gate = try Tapedeck.run(["tape", "coverage", "--fail-if", "covered<99%", folder.path])
        #expect(gate.status == 4 && gate.diagnosticLines.count == 1 && gate.diagnostics.contains("AAPL on 2024-08-09"))
        #expect(try Tapedeck.run(["tape", "coverage", "--fail-if", "covered>1%", folder.path]).status == 2)
    }
}
