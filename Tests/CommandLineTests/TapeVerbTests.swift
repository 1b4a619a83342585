import Foundation
import TestSupport
import Testing

@Suite("The verbs that read and write tapes")
struct TapeVerbTests {
    private static let fixture = TestPaths.fixture("tapes/market-four-symbols.jsonl.gz")

    @Test("simulate gives the same text for the same parameters, whatever they came from")
    func simulateIsDeterministic() throws {
        let folder = try TemporaryFolder()
        let options = ["--trades", "500", "--seed", "9", "--symbols", "A,B C", "--relation", "0.2,-0.1,0.05"]
        let one = try Tapedeck.run(["simulate", "-o", folder.file("1.jsonl.gz"), "--json"] + options)
        #expect(one.status == 0, "\(one.diagnostics)")
        #expect(one.output.contains("\"trades\":500"))
        let settings = [
            "TAPEDECK_TRADES": "500", "TAPEDECK_SEED": "9", "TAPEDECK_SYMBOLS": "A,B C",
            "TAPEDECK_RELATION": "0.2,-0.1,0.05",
        ]
        let two = try Tapedeck.run(["simulate", "--output=\(folder.file("2.jsonl.gz"))"], environment: settings)
        #expect(two.status == 0)
        let texts = try ["1", "2"].map { try Tapedeck.run(["tape", "cat", folder.file("\($0).jsonl.gz")]).output }
        #expect(texts[0] == texts[1] && texts[0].count > 1000)
        let other = try Tapedeck.run(
            ["simulate", "-o", folder.file("3.jsonl.gz"), "--seed", "10"], environment: settings)
        #expect(other.status == 0)
        #expect(try Tapedeck.run(["tape", "cat", folder.file("3.jsonl.gz")]).output != texts[0])
    }

    @Test("tape cat prints what zcat prints")
    func catIsVerbatim() throws {
        let folder = try TemporaryFolder()
        let outcome = try Tapedeck.shell(
            "tapedeck tape cat \(Self.fixture) | cmp - <(zcat \(Self.fixture)) && echo same", folder: folder.path)
        #expect(outcome.output == "same\n", "\(outcome.diagnostics)")
    }

    @Test("cuts by sequence number and by time join to the whole")
    func cutsJoin() throws {
        let folder = try TemporaryFolder()
        let (first, second) = (folder.file("a.jsonl.gz"), folder.file("b.jsonl.gz"))
        for (one, other) in [
            (["--to-seq", "777"], ["--from-seq", "777"]), (["--end", "+600s"], ["--start", "+600s"]),
        ] {
            for (path, window) in [(first, one), (second, other)] {
                let cut = try Tapedeck.run(["tape", "cut", Self.fixture, "-o", path, "--overwrite"] + window)
                #expect(cut.status == 0, "\(cut.diagnostics)")
            }
            let whole = try Tapedeck.run(["tape", "info", "--json", Self.fixture])
            let joined = try Tapedeck.run(["tape", "info", "--json", first, second])
            for key in ["\"lines\":", "\"trades\":", "\"firstSeq\":", "\"lastReceive\":", "\"symbols\":"] {
                let values = [whole, joined].map {
                    $0.output.split(separator: key).last?.prefix { $0 != "}" && $0 != "]" }
                }
                #expect(values[0]?.prefix(8) == values[1]?.prefix(8), "\(key)")
            }
            let parts = try Tapedeck.run(["tape", "info", "--json", first])
            #expect(parts.output != whole.output)
        }
        // Fractions of a second and offsets of a time zone are exact.
        let start = try Tapedeck.run(
            [
                "tape", "cat", "--start", "2024-08-09T15:30:01.000000001+02:00", "--end", "2024-08-09T13:30:03Z",
                Self.fixture,
            ])
        let receives = start.outputLines.compactMap { line in
            line.firstMatch(of: #/"receive":(\d+),"(frame|event)/#).flatMap { Int64($0.output.1) }
        }
        #expect(!receives.isEmpty)
        #expect(receives.allSatisfy { (1_723_210_201_000_000_001..<1_723_210_203_000_000_000).contains($0) })
    }

    @Test("a window that is empty by mistake is refused")
    func aReversedWindowIsRefused() throws {
        for window in [["--start", "+5s", "--end", "+4s"], ["--from-seq", "5", "--to-seq", "4"]] {
            let outcome = try Tapedeck.run(["tape", "cat", Self.fixture] + window)
            #expect(outcome.status == 2 && outcome.diagnostics.contains(window[0]), "\(outcome.diagnostics)")
        }
    }

    @Test("import keeps frames to the byte and counts what it leaves out")
    func importKeepsFrames() throws {
        let folder = try TemporaryFolder()
        let frame = #"{"data":[{"c":null,"p":1e-7,"s":"A","t":1723210200734,"v":0.10}],"type":"trade"}"#
        let source = try folder.write("\(frame)\nnot json\n{\"type\":\"ping\"}\n", to: "frames.jsonl")
        let tape = folder.file("tape.jsonl.gz")
        let strict = try Tapedeck.run(["tape", "import", source, "-o", tape])
        #expect(strict.status == 1)
        #expect(strict.diagnostics.contains("\(source), line 2") && strict.diagnostics.contains("--skip-bad"))
        let lenient = try Tapedeck.run(["tape", "import", source, "-o", tape, "--skip-bad", "--stream", "mine"])
        #expect(lenient.status == 3, "data left out")
        #expect(lenient.output.contains("stream mine, 2 frames") && lenient.output.contains("1 bad lines left out"))
        #expect(try Tapedeck.run(["tape", "cat", tape]).output.contains("\"frame\":\(frame)}\n"))
    }

    @Test("a tape comes from standard input too")
    func standardInputIsATape() throws {
        let folder = try TemporaryFolder()
        let outcome = try Tapedeck.shell(
            "tapedeck tape cat \(Self.fixture) | tapedeck tape info --json - | grep -o '\"trades\":24000'",
            folder: folder.path)
        #expect(outcome.output == "\"trades\":24000\n", "\(outcome.diagnostics)")
    }

    @Test(
        "a reader that closes the pipe is no failure", arguments: ["tape cat", "tape info --json", "backtest --json"])
    func aClosedPipeIsQuiet(_ verb: String) throws {
        let folder = try TemporaryFolder()
        let outcome = try Tapedeck.shell(
            "set -o pipefail; tapedeck \(verb) \(Self.fixture) | head -c 1 | wc -c; echo ${PIPESTATUS[0]}",
            folder: folder.path)
        #expect(outcome.outputLines == ["1", "0"])
        #expect(outcome.diagnostics.isEmpty, "\(outcome.diagnostics)")
    }

    @Test("a closed standard output is said to be one")
    func aClosedDescriptorIsNamed() throws {
        let folder = try TemporaryFolder()
        let outcome = try Tapedeck.shell("tapedeck tape cat \(Self.fixture) >&-", folder: folder.path)
        #expect(outcome.status == 1)
        #expect(outcome.diagnostics.contains("standard output"), "\(outcome.diagnostics)")
    }
}
