import Foundation
import Testing

@testable import Tape

@Suite struct ForeignFileTests {
    private func trade(_ time: Int64) -> String {
        #"{"data":[{"c":null,"p":1.5,"s":"A","t":\#(time),"v":2}],"type":"trade"}"#
    }

    @Test func bareFramesTakeTheLargestTradeTimeSoFar() throws {
        let folder = try Scratch()
        let ping = #"{"type":"ping"}"#
        let text = [
            ping, ping, trade(1_700_000_000_005), trade(1_700_000_000_003), ping, trade(1_700_000_000_009),
            #"{"data":[{"p":1,"s":"A","t":1,"v":1}],"type":"trade"}"#, "", #"{"foo":[1,2]}"#,
        ].joined(separator: "\n")
        let reading = Reading([try folder.write("f.jsonl", text)])
        #expect(reading.error == nil)
        #expect(reading.lines.map(\.sequence) == [1, 2, 3, 4, 5, 6, 7, 9])
        #expect(
            reading.lines.map { $0.receive - 1_700_000_000_000_000_000 }
                == [5, 5, 5, 5, 5, 9, 9, 9].map { $0 * 1_000_000 })
        #expect(reading.lines.map(\.segment) == Array(repeating: 0, count: 8))
        #expect(
            reading.lines.map { String(decoding: $0.message, as: UTF8.self) }
                == text.split(separator: "\n").map(String.init))
        let reader = try TapeReader(paths: [folder.file("f.jsonl")])
        #expect(reader.streams[0].clock == .tradeTime)
        #expect(reader.streams[0].receive == 1_700_000_000_005_000_000)
        // FNV-1a of the text, computed independently (Python).
        #expect(reader.streams[0].stream == "import-\(Self.fnv(text))")
    }

    private static func fnv(_ text: String) -> String {
        var hash: UInt64 = 14_695_981_039_346_656_037
        for byte in text.utf8 {
            hash = (hash ^ UInt64(byte)).multipliedReportingOverflow(by: 1_099_511_628_211).partialValue
        }
        return String(format: "%016lx", UInt(hash))
    }

    @Test func framesWithoutAnyTradeHaveNoTime() throws {
        let folder = try Scratch()
        let reading = Reading([try folder.write("f.jsonl", "{\"type\":\"ping\"}\n{\"type\":\"ping\"}\n")])
        #expect(reading.lines.map(\.receive) == [0, 0] && reading.error == nil)
    }

    @Test func receivedLinesTakeTheirLineNumberAndAnOverriddenStream() throws {
        let folder = try Scratch()
        let text =
            "{\"receive\":5,\"frame\":{\"a\": 1.0}}\r\n{\"frame\":[1e-7],\"receive\":5}\r\n{\"receive\":9,\"event\":\"gap\",\"from\":6,\"cause\":\"x\"}\n{\"receive\":9,\"text\":\"a\\u0000b\"}"
        let reading = Reading([try folder.write("f.jsonl", text)], .init(stream: "mine"))
        #expect(reading.error == nil)
        #expect(
            reading.lines.map(\.envelope) == [
                #"{"seq":1,"receive":5,"frame":{"a": 1.0}}"#, #"{"seq":2,"receive":5,"frame":[1e-7]}"#,
                #"{"seq":3,"receive":9,"event":"gap","from":6,"cause":"x"}"#,
                #"{"seq":4,"receive":9,"text":"a\u0000b"}"#,
            ])
        #expect(reading.lines.map(\.segment) == [0, 0, 0, 3])
        #expect(reading.lines.last?.message == Array("a\u{0}b".utf8))
        #expect(reading.lines.allSatisfy { $0.stream == "mine" })
    }

    @Test func envelopesStayAsTheyAreInAnyKeyOrder() throws {
        let folder = try Scratch()
        let lines = [
            #"{"seq":3,"receive":5,"frame":{"a":1}}"#, #"{"receive":6, "frame":{"b":"}"}, "seq":7, "x":null}"#,
            #"{"event":"dropped","frames":1,"bytes":2,"cause":"c","seq":8,"receive":6}"#,
            #"{"seq":9,"receive":7,"frame":{"c":1},"note":"a key behind the frame"}"#,
        ]
        let reading = Reading([try folder.write("f.jsonl", "\u{FEFF}" + lines.joined(separator: "\n"))])
        #expect(reading.error == nil)
        // A frame that is not last moves there; nothing else changes.
        #expect(
            reading.lines.map(\.envelope) == [
                lines[0], #"{"seq":7,"receive":6,"x":null,"frame":{"b":"}"}}"#, lines[2],
                #"{"seq":9,"receive":7,"note":"a key behind the frame","frame":{"c":1}}"#,
            ])
        #expect(reading.lines.map(\.sequence) == [3, 7, 8, 9])
        #expect(
            reading.lines.map { String(decoding: $0.message, as: UTF8.self) } == [
                #"{"a":1}"#, #"{"b":"}"}"#, "", #"{"c":1}"#,
            ])
        #expect(Reading([folder.file("f.jsonl")]).lines == reading.lines)
        // Such lines survive in members, too.
        _ = try TapeImport.run(paths: [folder.file("f.jsonl")], to: folder.file("f.gz"))
        #expect(Reading([folder.file("f.gz")]).lines == reading.lines)
    }

    @Test func aTapeReadsTheSameFromItsTextAndAfterRecompression() throws {
        let folder = try Scratch()
        let tape = try folder.tape("t.gz", lines: 3_000)
        let whole = Reading([tape])
        let text = try folder.write("t.jsonl", try Scratch.zcat(tape))
        let plain = Reading([text])
        #expect(plain.error == nil && plain.lines == whole.lines && plain.headers == whole.headers)
        let gzip = try Scratch.output(of: "gzip", ["-c", text]).text
        let foreign = Reading([try folder.write("u.gz", bytes: [UInt8](gzip))])
        #expect(foreign.lines == whole.lines && foreign.headers == whole.headers)
        // Several gzip members, line ends anywhere.
        let bytes = try Scratch.bytes(text)
        var members: [UInt8] = []
        for piece in [bytes[..<1_001], bytes[1_001..<70_000], bytes[70_000...]] {
            let part = try folder.write("part", bytes: Array(piece))
            members += try Scratch.output(of: "gzip", ["-c", part]).text
        }
        #expect(Reading([try folder.write("v.gz", bytes: members)]).lines == whole.lines)
        let window = TapeWindow(sequences: 100..<200)
        #expect(Reading([text], .init(window: window)).lines == Array(whole.lines[99..<199]))
        // And importing it gives the tape again.
        _ = try TapeImport.run(
            paths: [folder.file("v.gz")], to: folder.file("again.gz"), writing: .init(memberSize: 1 << 10))
        #expect(try Scratch.bytes(folder.file("again.gz")) == Scratch.bytes(tape))
    }

    @Test func foreignGzipThatIsCutGivesItsWholeLinesThenTheError() throws {
        let folder = try Scratch()
        let text = (1...2_000).map { trade(1_700_000_000_000 + $0) }.joined(separator: "\n") + "\n"
        let path = try folder.write("f.jsonl", text)
        let gzip = [UInt8](try Scratch.output(of: "gzip", ["-c", path]).text)
        let whole = Reading([path], .init(stream: "x")).lines
        for length in stride(from: 19, to: gzip.count, by: 97) {
            let reading = Reading([try folder.write("t.gz", bytes: Array(gzip[..<length]))], .init(stream: "x"))
            #expect(reading.error?.code == .truncated, "cut at \(length)")
            #expect(reading.lines == Array(whole.prefix(reading.lines.count)))
        }
        var flipped = gzip
        flipped[gzip.count - 6] ^= 1
        let wrong = Reading([try folder.write("t.gz", bytes: flipped)], .init(stream: "x"))
        #expect(wrong.lines == whole)
        guard case .badMember = wrong.error?.code else {
            Issue.record("a wrong CRC passed")
            return
        }
        let tail = Reading([try folder.write("t.gz", bytes: gzip + [0, 0])], .init(stream: "x"))
        #expect(tail.error?.code == .trailingBytes && tail.lines == whole)
    }

    @Test(arguments: [
        "not json", "[1]", "17", #"{"a":1"#, #"{"seq":1}"#, #"{"receive":1,"frame":{}"#, #"{"receive":1.5,"frame":{}}"#,
        #"{"seq":9,"receive":"1","frame":{}}"#, #"{"seq":9,"receive":99999999999999999999,"frame":{}}"#,
        #"{"seq":9,"receive":9,"frame":{},"text":""}"#, #"{"seq":9,"receive":9,"frame":nope}"#,
        #"{"seq":9,"receive":9,"text":5}"#,
        #"{"receive":9,"frame":{}}"#, #"{"seq":2,"receive":9,"frame":{}}"#, #"{"seq":9,"receive":4,"frame":{}}"#,
        #"{"type":"ping"}"#, #"{"seq":0,"receive":9,"tape":1}"#,
    ])
    func aBadLineIsNamedByItsNumberOrCounted(bad: String) throws {
        let folder = try Scratch()
        let good = [#"{"seq":1,"receive":5,"frame":{}}"#, #"{"seq":2,"receive":5,"frame":{}}"#]
        let path = try folder.write(
            "t.gz", (good + [bad, #"{"seq":10,"receive":10,"frame":{}}"#]).joined(separator: "\n"))
        let reading = Reading([path])
        #expect(reading.error?.line == 3)
        #expect(reading.error?.description.contains("line 3") == true)
        #expect(reading.error?.description.contains("--skip-bad") == true)
        let skipping = Reading([path], .init(skipsBadLines: true))
        #expect(skipping.error == nil)
        #expect(skipping.lines.map(\.sequence) == [1, 2, 10])
        let output = folder.file("out.gz")
        #expect(throws: TapeError.self) { try TapeImport.run(paths: [path], to: output) }
        #expect(!FileManager.default.fileExists(atPath: output))
        #expect(!FileManager.default.fileExists(atPath: output + ".partial"))
        let summary = try TapeImport.run(paths: [path], to: output, reading: .init(skipsBadLines: true))
        #expect(summary.skipped == 1 && summary.lines == 3)
    }
}
