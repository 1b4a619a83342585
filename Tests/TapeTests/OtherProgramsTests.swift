import Foundation
import Testing

@testable import Tape

/// Programs that no one here wrote must read a tape.
@Suite struct OtherProgramsTests {
    @Test func gzipAcceptsATape() throws {
        let folder = try Scratch()
        let path = try folder.tape("t.gz", lines: 500)
        #expect(try Scratch.output(of: "gzip", ["-t", path]).status == 0)
    }

    @Test func pythonReadsExactIntegersAndTheSameFrames() throws {
        guard Scratch.has("python3") else { return }
        let folder = try Scratch()
        let path = try folder.tape("t.gz", lines: 500)
        let script = """
            import gzip, json, sys
            out = [json.loads(line) for line in gzip.open(sys.argv[1], "rt", encoding="utf-8", newline="\\n")]
            print(len(out), sum(l["seq"] for l in out), sum(l["receive"] for l in out), sum("frame" in l for l in out))
            """
        let lines = Reading([path]).lines
        // Python's integers do not overflow; ours would.
        let receives = lines.map(\.receive).reduce(Int128(Scratch.start)) { $0 + Int128($1) }
        let expected =
            "\(lines.count + 1) \(lines.map(\.sequence).reduce(0, +)) \(receives) \(lines.count { $0.kind == .frame })\n"
        let printed = try Scratch.output(of: "python3", ["-c", script, path])
        #expect(printed.status == 0)
        #expect(String(decoding: printed.text, as: UTF8.self) == expected)
    }

    @Test func jqReadsEveryLine() throws {
        guard Scratch.has("jq") else { return }
        let folder = try Scratch()
        let path = try folder.tape("t.gz", lines: 500)
        let plain = try folder.write("t.jsonl", try Scratch.zcat(path))
        let printed = try Scratch.output(of: "jq", ["-c", "select(.frame) | .frame.data[0].t", plain])
        let frames = Reading([path]).lines.filter { $0.kind == .frame }
        #expect(printed.status == 0)
        #expect(
            String(decoding: printed.text, as: UTF8.self).split(separator: "\n").map { Int64($0) }
                == frames.map { 1_723_210_200_000 + $0.sequence })
    }

    @Test func recordedMarketDataIsImportedToTheByte() throws {
        let shared =
            ProcessInfo.processInfo.environment["TAPEDECK_SHARED"]
            ?? URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../shared").standardized.path
        let frames = "\(shared)/data/binance-mix-20240808.frames.jsonl.gz"
        let received = "\(shared)/data/binance-mix-20240808.received.jsonl.gz"
        guard FileManager.default.fileExists(atPath: frames) else {
            print("SKIPPED: no recorded data at \(shared)/data")
            return
        }
        let folder = try Scratch()
        let text = try Scratch.zcat(frames).split(separator: "\n")
        for source in [frames, received] {
            let path = folder.file("\(source == frames).gz")
            let summary = try TapeImport.run(paths: [source], to: path)
            #expect(summary.lines == 12_707 && summary.frames == 12_707 && summary.otherFrames == 0)
            let tape = Reading([path])
            #expect(tape.lines.map { String(decoding: $0.message, as: UTF8.self) } == text.map(String.init))
            // The file and the tape made of it are one and the same to whoever reads them.
            #expect(tape.lines == Reading([source]).lines)
        }
        let info = try TapeInfo.read(paths: [folder.file("true.gz")])
        #expect(
            info.symbols == [
                .init(name: "BINANCE:BTCUSDT", count: 19_904), .init(name: "BINANCE:ETHUSDT", count: 14_515),
            ])
        #expect(info.header.clock == .tradeTime)
        #expect(try TapeInfo.read(paths: [folder.file("false.gz")]).header.clock == .recorder)
    }
}
