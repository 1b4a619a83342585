import Foundation
import Simulator
import Tape
import TestSupport
import Testing
import TradeModel

/// The tapes in `Fixtures/` are what the commands in its README make.
@Suite struct FixtureTests {
    struct Fixture: CustomTestStringConvertible, Sendable {
        var name: String
        var configuration: SimulatorConfiguration
        var testDescription: String { name }
    }

    enum Mismatch: Error {
        case option(String)
        case value(String)
    }

    /// The commands of the README.
    static func fixtures() throws -> [Fixture] {
        let readme = try String(contentsOfFile: TestPaths.fixture("README.md"), encoding: .utf8)
        return try readme.split(separator: "\n").filter { $0.hasPrefix("tapedeck simulate ") }.map { line in
            let words = line.split(separator: " ").dropFirst(2).map(String.init)
            var fixture = Fixture(name: "", configuration: SimulatorConfiguration())
            for index in stride(from: 0, to: words.count - 1, by: 2) {
                try set(words[index], words[index + 1], in: &fixture)
            }
            return fixture
        }
    }

    private static func set(_ option: String, _ text: String, in fixture: inout Fixture) throws {
        func value<Value>(_ parsed: Value?) throws -> Value {
            guard let parsed else { throw Mismatch.value("\(option) \(text)") }
            return parsed
        }
        switch option {
        case "--output": fixture.name = text
        case "--symbols": fixture.configuration.symbols = text.split(separator: ",").map(String.init)
        case "--trades": fixture.configuration.trades = try value(Int(text))
        case "--seed": fixture.configuration.seed = try value(UInt64(text))
        case "--rate": fixture.configuration.rate = try value(Double(text))
        case "--bounce": fixture.configuration.bounce = try value(Double(text))
        case "--volatility": fixture.configuration.volatility = try value(Double(text))
        case "--price-decimals": fixture.configuration.priceDecimals = try value(Int(text))
        case "--tick": fixture.configuration.tick = try value(Int(text))
        case "--conditions": fixture.configuration.conditions = try value(SimulatedConditions(rawValue: text))
        case "--disorder": fixture.configuration.disorder = try value(Double(text))
        case "--gap-every": fixture.configuration.gapEvery = .seconds(try value(Int(text.dropLast())))
        case "--gap-length": fixture.configuration.gapLength = .seconds(try value(Int(text.dropLast())))
        case "--relation": fixture.configuration.relation = try text.split(separator: ",").map { try value(Double($0)) }
        default: throw Mismatch.option(option)
        }
    }

    /// The text of a tape, by a tool that is none of ours.
    private func text(of path: String) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return data
    }

    @Test(arguments: try fixtures())
    func theCommandMakesTheTapeAgain(fixture: Fixture) throws {
        let path = TestPaths.fixture(fixture.name)
        if ProcessInfo.processInfo.environment["TAPEDECK_REMAKE_FIXTURES"] != nil {
            _ = try SimulationRun(fixture.configuration, to: path, writing: TapeWriterConfiguration(overwrites: true))
                .run()
        }
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let again = folder.file("again.jsonl.gz")
        let summary = try SimulationRun(fixture.configuration, to: again).run()
        let kept = try text(of: path)
        let made = try text(of: again)
        #expect(kept == made, "\(fixture.name) differs from what its command makes")
        #expect(kept.starts(with: Data(#"{"seq":0,"receive":1723210200000000000,"tape":1,"stream":"sim-"#.utf8)))
        #expect(kept.prefix(400).contains(Data(#""recorder":"simulate""#.utf8)[...]))
        #expect(summary.trades == fixture.configuration.trades)
        #expect(summary.symbols.map(\.trades).reduce(0, +) == summary.trades)
    }

    @Test func everyTapeHasItsCommandAndAllAreSmall() throws {
        let tapes = try FileManager.default.contentsOfDirectory(
            atPath: TestPaths.fixture("tapes"))
        #expect(Set(try Self.fixtures().map(\.name)) == Set(tapes.map { "tapes/\($0)" }))
        var size = 0
        for tape in tapes {
            size += try Data(contentsOf: URL(fileURLWithPath: TestPaths.fixture("tapes/\(tape)"))).count
        }
        #expect(size <= 2_000_000)
    }

    /// The demo's tape shows what it is there to show, as the tape's own reader sees it.
    @Test func theDemoTapeHasAllKindsOfTrouble() throws {
        let reader = try TapeReader(paths: [
            TestPaths.fixture("tapes/market-four-symbols.jsonl.gz")
        ])
        var decoder = FinnhubFrameDecoder()
        var trades: [Trade] = []
        var (gaps, pings, segments) = (0, 0, Set<Int64>())
        while let batch = try reader.next() {
            for line in batch.lines {
                guard line.kind == .frame else {
                    if case .event = line.kind, case .gap = try batch.event(line) { gaps += 1 }
                    continue
                }
                if let segment = line.segment { segments.insert(segment) }
                if try decoder.decode(batch.text.span.extracting(line.body)) == .ping { pings += 1 }
                trades += decoder.trades.map(\.trade)
            }
        }
        #expect(trades.count == 24_000 && Set(trades.map(\.symbol)).count == 4)
        #expect(gaps == 3 && segments.count == 4 && pings > 20)
        #expect(trades.contains { $0.conditions == .null } && trades.contains { $0.conditions == .codes(["1", "12"]) })
        let pairs = Array(zip(trades, trades.dropFirst()))
        #expect(pairs.filter { $0.time > $1.time }.count > 100)
        #expect(pairs.filter { $0.time == $1.time && $0.symbol == $1.symbol }.count > 1000)
    }
}
