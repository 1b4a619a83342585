import Forecast
import Simulator
import Testing

@testable import Backtest

@Suite struct GateTests {
    @Test func everyPartIsRead() throws {
        func check(
            _ text: String, _ scope: Gate.Scope, _ model: ForecastModel, _ metric: Metric, _ part: Gate.Part,
            _ comparison: Gate.Comparison, _ number: Double
        ) throws {
            let gate = try Gate.parse(text)
            #expect(
                gate
                    == Gate(
                        text: text, scope: scope, model: model, metric: metric, part: part, comparison: comparison,
                        number: number))
        }
        try check("mase > 1", .micro, .ols, .mase, .value, .above, 1)
        try check("AAPL.mase>1", .symbol("AAPL"), .ols, .mase, .value, .above, 1)
        try check("BRK.B.relmae >= 1", .symbol("BRK.B"), .ols, .relmae, .value, .atLeast, 1)
        try check("AAPL.relmae.lo > 1", .symbol("AAPL"), .ols, .relmae, .low, .above, 1)
        try check("IC MARKETS:1.r2_oos.hi < -0.5", .symbol("IC MARKETS:1"), .ols, .r2OOS, .high, .below, -0.5)
        try check("*.ewma/rmse_bps <= 3e2", .any, .ewma, .rmseBps, .value, .atMost, 300)
        try check("macro.da < 0.5", .macro, .ols, .da, .value, .below, 0.5)
        try check("micro.ar1/dm_p >= 0.05", .micro, .ar1, .dmP, .value, .atLeast, 0.05)
        try check("last/mae_bps > 2", .micro, .last, .maeBps, .value, .above, 2)
        // Symbols that hold a metric's name, a model's name, a slash or an operator.
        try check("mae.mae > 1", .symbol("mae"), .ols, .mae, .value, .above, 1)
        try check("X/Y.ar1/mae > 1", .symbol("X/Y"), .ar1, .mae, .value, .above, 1)
        try check("A>B.n < 5", .symbol("A>B"), .ols, .n, .value, .below, 5)
        try check("A.ols.rmse > 0", .symbol("A.ols"), .ols, .rmse, .value, .above, 0)
    }

    @Test(arguments: [
        "", "mase", "mase = 1", "mase > x", "mase > ", "mase > nan", "bogus > 1", "AAPL.bogus > 1", "bias.lo > 1",
        "AAPLmase > 1", "foo/mae > 1", ".mae > 1", "> 1", "mase > 0x", "mase >> 1",
    ])
    func whatCannotBeUnderstoodIsAUsageError(text: String) {
        #expect(throws: BacktestError.self) { try Gate.parse(text) }
    }

    static func report(_ gates: [String], minimumPoints: Int = 100) throws -> BacktestReport {
        let folder = try TapeFolder()
        let quiet = (0..<300).map {
            TestTrade(symbol: "Q", price: 10 + Double($0 % 2), time: TestTrade.start + Int64($0))
        }
        let busy = (0..<900).map {
            TestTrade(symbol: "A&B", price: 10 + Double($0 % 5) / 10, time: TestTrade.start + Int64($0))
        }
        let path = try folder.write("gates", stream: "gates", quiet + busy)
        return try backtest([path]) {
            $0.gates = try gates.map { try Gate.parse($0) }
            $0.minimumPoints = minimumPoints
        }
    }

    @Test func aTrueConditionFails() throws {
        let report = try Self.report(["A&B.mae_bps > 0", "A&B.mae_bps < 0"])
        #expect(report.gates.map(\.passed) == [false, true])
        #expect(report.exitCode == 4)
        #expect(try Self.report(["A&B.mae_bps < 0"]).exitCode == 0)
    }

    @Test func anUndefinedValueFails() throws {
        let report = try Self.report(["last/da > 2", "mae > 1e9", "NONE.mae > 1e9"])
        #expect(report.gates.map(\.passed) == [false, false, false])
        #expect(report.gates.map { $0.cases[0].reason } == ["no-moves", "mixed-units", "no-such-symbol"])
    }

    @Test func anyPassesOverSmallSymbolsButANameDoesNot() throws {
        let report = try Self.report(["*.mae_bps >= 0", "Q.mae_bps >= 0"], minimumPoints: 200)
        #expect(report.symbols.first { $0.symbol == "Q" }.map { (1..<200).contains($0.counts.scored) } == true)
        #expect(report.gates[0].skipped == ["Q"])
        #expect(report.gates[0].cases.map(\.scope) == ["A&B"])
        #expect(report.gates[1].cases.map(\.fails) == [true])
        #expect(report.table.contains("passed over, fewer than 200 points: Q"))
        let none = try Self.report(["*.mae_bps < 0"], minimumPoints: 100_000)
        #expect(none.gates[0].passed == false, "a gate that looked at nothing has not been passed")
    }
}
