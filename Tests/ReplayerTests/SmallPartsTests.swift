import JSONText
import TestSupport
import Testing

@testable import Replayer

@Suite struct KeyDecoderTests {
    private func commands(_ bytes: [UInt8]) -> [ReplayControl] {
        var decoder = KeyDecoder()
        return bytes.compactMap { decoder.take($0) }
    }

    @Test func keysAreCommands() {
        #expect(commands(Array(" q".utf8)) == [.toggle, .stop])
        #expect(
            commands(Array("[]".utf8))
                == [.seek(.distance(-10_000_000_000)), .seek(.distance(10_000_000_000))])
        #expect(commands([0x1B, 0x5B, 0x41, 0x1B, 0x5B, 0x42, 0x1B, 0x5B, 0x43]) == [.faster, .slower, .step(1)])
        #expect(commands([0x1B, 0x4F, 0x41]) == [.faster], "application mode")
        #expect(commands([0x1B, 0x5B, 0x44]).isEmpty, "left does nothing")
        #expect(commands([0x1B, 0x5B, 0x31, 0x3B, 0x32, 0x43, 0x5B]) == [.step(1), .seek(.distance(-10_000_000_000))])
        #expect(commands([0x1B, 0x20]) == [.toggle], "an escape alone takes nothing away")
        #expect(commands(Array("xyz\n\u{0}".utf8)).isEmpty)
    }
}

@Suite struct ReportGateTests {
    private let report: JSONValue = [
        "lateness": ["p99": 0.002, "max": .null], "dropped": 3, "resumed": true, "outcome": "done",
    ]

    @Test(arguments: [
        ("lateness.p99>1ms", true), ("lateness.p99 > 2ms", false), ("lateness.p99>=2ms", true), ("dropped>0", true),
        ("dropped==4", false), ("dropped!=4", true), ("dropped<3", false), ("lateness.p99>1500us", true),
        ("lateness.p99<0.01s", true), ("resumed==1", true),
    ])
    func aConditionThatHoldsFails(text: String, fails: Bool) throws {
        let gate = try #require(ReportGate(text))
        #expect((gate.failure(of: report) != nil) == fails)
    }

    /// A misspelt or undefined value must not pass.
    @Test(arguments: ["lateness.p98>1ms", "nothing>1", "lateness.max>1", "outcome>1", "lateness>1"])
    func whatTheReportDoesNotHaveFailsToo(text: String) throws {
        #expect(try #require(ReportGate(text)).failure(of: report)?.contains(text) == true)
    }

    @Test(arguments: ["", "x", "x>", ">1", "x>1h", "a..b>1", "x=1", "x>nan", "x>1 2"])
    func whatIsNoConditionIsRefused(text: String) { #expect(ReportGate(text) == nil || text == "x>1 2") }
}

@Suite struct DryRunTests {
    @Test func countsAndPredictsWhatAReplayDoes() throws {
        let folder = try TemporaryFolder("dry")
        let path = try TestTape.write(
            [
                (0, .trades([("A", "1"), ("B", "2")])), (1_000_000_000, .event(.gap(from: 1, cause: "x"))),
                (
                    20_000_000_000,
                    .frame(#"{"data":[{"c":null,"p":1,"s":"A","t":1723210200700,"v":1},{"p":"x"}],"type":"trade"}"#)
                ),
                (21_000_000_000, .frame(#"{"type":"ping"}"#)), (22_000_000_000, .trades([("C", "3")])),
            ], to: folder.file("a.jsonl.gz"))
        var configuration = ReplayConfiguration(tapes: [path], speed: try ReplaySpeed(speed: "2"))
        configuration.laps = 3
        configuration.loopDelay = .seconds(4)
        configuration.maximumGap = .seconds(5)
        let dry = try DryRun(configuration)
        #expect(dry.symbols.map(\.symbol) == ["A", "B", "C"] && dry.symbols.map(\.records) == [2, 1, 1])
        #expect(dry.records == 12 && dry.gaps == 1 && dry.counts.rejectedTrades == 1)
        #expect(dry.disorderedTrades == 1 && dry.worstDisorder == 34)
        #expect(dry.tapeSeconds == 8 && dry.predictedSeconds == 20)
        // The replay itself takes as long.
        let play = Rehearsal([path], speed: configuration.speed) {
            $0.laps = 3
            $0.loopDelay = .seconds(4)
            $0.maximumGap = .seconds(5)
        }
        let report = try play.run()
        #expect(report.published == 12 && report.wallSeconds == 20)
    }
}
