import Forecast
import Foundation
import Simulator
import Testing

@testable import Backtest

@Suite struct BacktestRunTests {
    static func market(_ configuration: inout SimulatorConfiguration) {
        configuration.symbols = ["SIM:A", "SIM:B", "SIM:C", "SIM:D", "SIM:E"]
        configuration.trades = 4_000
        configuration.bounce = 0.5
        configuration.disorder = 0.02
        configuration.gapEvery = .seconds(60)
    }

    @Test func threadsAndSplittingLeaveEveryByteAsItIs() throws {
        let folder = try TapeFolder()
        let whole = try folder.simulate("whole", configure: Self.market)
        let parts = try folder.simulate("parts", parts: 3, configure: Self.market)
        #expect(parts.count == 3)
        let one = try backtest(whole)
        #expect(one.counts.scored > 1_000)
        #expect(one.tape.gaps > 0)
        for (tapes, jobs) in [(whole, 2), (whole, 8), (parts, 1), (Array(parts.reversed()), 3)] {
            let other = try backtest(tapes) { $0.jobs = jobs }
            #expect(other.json == one.json, "jobs \(jobs), \(tapes.count) files")
            #expect(other.table == one.table)
            #expect(other.html == one.html)
        }
    }

    @Test func countsAddUp() throws {
        let folder = try TapeFolder()
        let report = try backtest(try folder.simulate("whole", configure: Self.market)) {
            $0.forecast.horizon = .time(milliseconds: 2_000)
            $0.forecast.every = .trades(1)
            $0.forecast.warmup = 20
        }
        for counts in report.symbols.map(\.counts) + [report.counts] {
            #expect(counts.trades == counts.eligible + counts.late + counts.future + counts.dropped.reduce(0, +))
            #expect(counts.origins == counts.scored + counts.warmUp + counts.censored.reduce(0, +))
            #expect(counts.scored > 0)
        }
        #expect(report.counts.trades == report.tape.trades)
        #expect(report.counts.censored[CensorReason.end.place] > 0)
        #expect(report.counts.censored[CensorReason.gap.place] > 0)
    }

    @Test func aFlatSymbolHasNullsAndReasons() throws {
        let folder = try TapeFolder()
        let trades = (0..<600).map { TestTrade(price: 42.5, time: TestTrade.start + Int64($0) * 100) }
        let report = try backtest([try folder.write("flat", stream: "flat", trades)])
        let score = try #require(report.symbols.first?.scores.first)
        #expect(report.counts.scored > 100)
        #expect(score[.mae].value == 0)
        for metric in [Metric.mase, .rmsse, .relmae, .relrmse, .r2OOS, .u2] {
            #expect(score[metric].value == nil && score[metric].reason == .zeroDivisor, "\(metric)")
        }
        #expect(score[.da].reason == .noMoves)
        #expect(score[.dm].reason == .nonPositiveVariance)
        #expect(score.verdict == .undecided)
        for text in [report.json, report.html, report.table] {
            #expect(!text.contains("nan") && !text.contains("inf,") && !text.contains("NaN"))
        }
        #expect(try JSONSerialization.jsonObject(with: Data(report.json.utf8)) is [String: Any])
    }

    @Test func pricesOfSeveralSymbolsDoNotAddUp() throws {
        let folder = try TapeFolder()
        let report = try backtest(try folder.simulate("whole", configure: Self.market))
        for scores in [report.micro, report.macro] {
            #expect(scores[0][.mae].reason == .mixedUnits)
            #expect(scores[0][.rmse].reason == .mixedUnits)
            #expect(scores[0][.maeBps].value != nil)
            #expect(scores[0][.relmae].value != nil)
        }
        #expect(report.macro[0][.mase].symbols == 5)
        // One sum over all points: weights are the symbols' points.
        let expected =
            report.symbols.map { ($0.scores[0][.maeBps].value ?? 0) * Double($0.counts.scored) }.reduce(0, +)
            / Double(report.counts.scored)
        #expect(close(try #require(report.micro[0][.maeBps].value), expected))
        #expect(
            close(
                try #require(report.macro[0][.mase].value),
                report.symbols.map { $0.scores[0][.mase].value ?? 0 }.reduce(0, +) / 5))
    }

    @Test func oneSymbolAloneIsItsOwnTotal() throws {
        let folder = try TapeFolder()
        let report = try backtest(
            try folder.simulate("one") {
                $0.symbols = ["SIM:A"]
                $0.trades = 1_000
            })
        #expect(report.micro[0].values == report.symbols[0].scores[0].values)
        #expect(report.micro[0][.mae].value != nil)
    }

    @Test func aTruncatedTapeIsScoredAsFarAsItGoes() throws {
        let folder = try TapeFolder()
        let path = try folder.simulate("whole") {
            Self.market(&$0)
            $0.trades = 30_000
        }[0]
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let torn = folder.path + "/torn.jsonl.gz"
        try bytes.prefix(bytes.count - 3_000).write(to: URL(fileURLWithPath: torn))
        let report = try backtest([torn])
        #expect(report.tape.truncation != nil)
        #expect(report.exitCode == 3)
        #expect(report.counts.scored > 1_000)
        #expect(report.counts.trades < 30_000)
        #expect(report.tape.truncation?.contains(torn) == true)
        for text in [report.table, report.html, report.json] {
            #expect(text.contains("seq \(report.tape.lines)") && !text.contains(folder.path))
        }
    }

    @Test func rejectedTradesAreCountedAndExitWithThree() throws {
        let folder = try TapeFolder()
        let trades = (0..<300).map { TestTrade(price: 10 + Double($0 % 3), time: TestTrade.start + Int64($0)) }
        let path = try folder.write(
            "bad", stream: "bad", trades,
            extra: [
                (
                    1,
                    Array(
                        "{\"data\":[{\"c\":null,\"p\":-1,\"s\":\"X\",\"t\":1723210200000,\"v\":1}],\"type\":\"trade\"}"
                            .utf8)
                ),
                (2, Array("[1]".utf8)), (3, Array("{\"type\":\"ping\"}".utf8)),
            ])
        let report = try backtest([path])
        #expect(report.tape.rejections == 2)
        #expect(report.tape.rejected.first { $0.reason == .badPrice }?.trades == 1)
        #expect(report.tape.ignoredFrames == 1)
        #expect(report.exitCode == 3)
        #expect(report.tape.firstRejection?.hasPrefix("bad seq 301: bad_price") == true)
    }

    @Test func streamsThatOverlapOnASymbolAreRefused() throws {
        let folder = try TapeFolder()
        func trades(_ offset: Int64, symbol: String = "X") -> [TestTrade] {
            (0..<50).map { TestTrade(symbol: symbol, price: 10, time: TestTrade.start + offset + Int64($0) * 100) }
        }
        let a = try folder.write("a", stream: "a", trades(0))
        let b = try folder.write("b", stream: "b", trades(30))
        let later = try folder.write("later", stream: "later", trades(100_000))
        let other = try folder.write("other", stream: "other", trades(30, symbol: "Y"))
        #expect {
            try backtest([a, b])
        } throws: {
            guard case BacktestError.overlappingStreams(let symbol, _, _, _) = $0 else { return false }
            return symbol == "X" && "\($0)".contains("give one of the tapes only")
        }
        let report = try backtest([later, a])
        #expect(report.tape.streams.map(\.stream) == ["a", "later"])
        #expect(report.counts.boundaries[CensorReason.stream.place] == 1)
        #expect(try backtest([a, other]).symbols.map(\.symbol) == ["X", "Y"])
    }

    @Test func symbolsStandInTheOrderOfTheirBytes() throws {
        let folder = try TapeFolder()
        let names = ["b", "B", "é", "a:1", "A&B", "IC MARKETS:1"]
        let trades = names.enumerated().map { TestTrade(symbol: $1, price: 1, time: TestTrade.start + Int64($0)) }
        let report = try backtest([try folder.write("names", stream: "names", trades)]) { $0.jobs = 3 }
        #expect(report.symbols.map(\.symbol) == ["A&B", "B", "IC MARKETS:1", "a:1", "b", "é"])
    }

    @Test func theHashIsThatOfTheLinesAndNothingElse() throws {
        let folder = try TapeFolder()
        let trades = (0..<20).map { TestTrade(price: 10, time: TestTrade.start + Int64($0)) }
        let report = try backtest([try folder.write("hash", stream: "hash", trades)])
        let lines = trades.enumerated().map {
            "{\"seq\":\($0.offset + 1),\"receive\":\($0.element.time * 1_000_000),\"frame\":\($0.element.frame)}\n"
        }
        #expect(report.tape.hash == TapeAccount.hash(ofLines: lines))
    }

    @Test func progressMayEndTheRun() throws {
        struct Stop: Error {}
        let folder = try TapeFolder()
        let tapes = try folder.simulate("whole", configure: Self.market)
        for phase in [BacktestProgress.Phase.scoring, .inference] {
            var configuration = BacktestConfiguration(tapes: tapes)
            configuration.jobs = 3
            let run = try BacktestRun(configuration: configuration)
            #expect(throws: Stop.self) {
                try run.run { if $0.phase == phase { throw Stop() } }
            }
        }
    }

    @Test func aFullOrMissingTemporaryFolderIsNamed() throws {
        let folder = try TapeFolder()
        let tapes = try folder.simulate("whole", configure: Self.market)
        #expect {
            try backtest(tapes) { $0.temporaryFolder = "/nowhere/at all" }
        } throws: {
            "\($0)".contains("/nowhere/at all") && "\($0)".contains("TMPDIR")
        }
    }

    @Test func settingsOutOfRangeAreRefused() {
        #expect(throws: BacktestError.self) { try backtest([]) }
        #expect(throws: BacktestError.self) { try backtest(["x"]) { $0.jobs = 0 } }
        #expect(throws: BacktestError.self) { try backtest(["x"]) { $0.minimumPoints = 0 } }
        #expect(throws: ForecastError.self) { try backtest(["x"]) { $0.forecast.lambda = 2 } }
    }
}
