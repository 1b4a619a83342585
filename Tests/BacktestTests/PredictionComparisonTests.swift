import Forecast
import Simulator
import Testing

@testable import Backtest

/// `--against`: every field's bits, whatever order the store has.
@Suite struct PredictionComparisonTests {
    struct Setting {
        let folder: TapeFolder
        let tapes: [String]
        var store: MemoryStore

        /// The stored predictions come from the model running alone, as in the pipeline.
        init(endsStreams: Bool = true) throws {
            folder = try TapeFolder()
            tapes = try folder.simulate("market") {
                $0.symbols = ["SIM:A", "SIM:B", "SIM:C"]
                $0.trades = 1_600
                $0.bounce = 0.5
                $0.gapEvery = .seconds(60)
            }
            let reference = try ReferenceRun(tapes, models: [.ols], endsStreams: endsStreams)
            store = MemoryStore(reference.rows)
            store.waiting = reference.pending
        }

        func compare(jobs: Int = 2) throws -> PredictionComparison {
            try #require(try backtest(tapes, against: store) { $0.jobs = jobs }.comparison)
        }
    }

    @Test func predictionsOfTheModelAloneAreEqualBitForBit() throws {
        let setting = try Setting()
        let found = try setting.compare()
        #expect(found.equal == setting.store.rows.count)
        #expect(found.equal > 1_000)
        #expect(found.holds)
        #expect(found.missing + found.extra + found.different + found.pending == 0)
        #expect(found.first == nil)
        #expect(try setting.compare(jobs: 1) == found)
    }

    @Test func whatStillWaitsIsCountedApart() throws {
        let setting = try Setting(endsStreams: false)
        let waiting = setting.store.waiting.count
        #expect(waiting > 0)
        let found = try setting.compare()
        #expect(found.pending == waiting)
        #expect(found.holds)
        var lost = setting
        lost.store.waiting = []
        #expect(try lost.compare().missing == waiting)
        #expect(try lost.compare().holds == false)
        var changed = setting
        changed.store.waiting[0].predicted = changed.store.waiting[0].predicted?.nextUp
        #expect(try changed.compare().different == 1)
    }

    struct Change: Sendable, CustomTestStringConvertible {
        var field: String
        var apply: @Sendable (inout PredictionRow) -> Void
        var testDescription: String { field }
    }

    @Test(arguments: [
        Change(field: "predicted") { $0.predicted = $0.predicted?.nextUp },
        Change(field: "low") { $0.low = $0.low?.nextDown },
        Change(field: "high") { $0.high = nil },
        Change(field: "origin.p") { $0.originPrice = $0.originPrice.nextUp },
        Change(field: "origin.t") { $0.originTime += 1 },
        Change(field: "level") { $0.level = 0.8 },
        Change(field: "actual") { $0.actual = $0.actual?.nextUp },
        Change(field: "error") { $0.error = 0 - ($0.error ?? 1) },
        Change(field: "target.id") { $0.target = "elsewhere|1|0" },
        Change(field: "target.t") { $0.targetTime = 0 },
        Change(field: "status") { $0.status = "warm-up" },
        Change(field: "reason") { $0.reason = "gap" },
        Change(field: "s") { $0.symbol = "SIM:Z" },
    ])
    func oneChangedFieldIsFound(change: Change) throws {
        var setting = try Setting()
        // Two of them in different symbols: the first is that of the smaller name.
        let origins = ["SIM:C", "SIM:B"].compactMap { symbol in
            setting.store.rows.values.filter { $0.symbol == symbol && $0.status == "scored" && $0.low != nil }
                .map(\.origin).max()
        }
        #expect(origins.count == 2)
        for origin in origins {
            guard var row = setting.store.rows[origin] else { continue }
            change.apply(&row)
            setting.store.rows[origin] = row
        }
        let found = try setting.compare()
        #expect(found.different == 2)
        #expect(!found.holds)
        let first = try #require(found.first)
        #expect(first.field == change.field)
        #expect(first.origin == origins[1])
        #expect(first.symbol == "SIM:B")
        if change.field == "predicted" || change.field == "actual" {
            #expect(first.ulps == 1)
            #expect(first.text.contains("0x") && first.text.contains("1 ULP"))
        }
        guard change.field == "low" else { return }
        let report = try backtest(setting.tapes, against: setting.store)
        #expect(report.exitCode == 4)
        #expect(report.html.contains("first difference") && report.table.contains("first difference"))
    }

    @Test func missingAndExtraAreCounted() throws {
        var setting = try Setting()
        let gone = try #require(setting.store.rows.keys.min())
        setting.store.rows[gone] = nil
        var foreign = try #require(setting.store.rows.values.first)
        for index in 0..<2 {
            foreign.origin = "foreign|\(index)|0"
            setting.store.rows[foreign.origin] = foreign
        }
        let found = try setting.compare()
        #expect(found.missing == 1 && found.extra == 2 && found.different == 0)
        #expect(found.firstMissing == gone)
        #expect(!found.holds)
    }

    @Test func nothingToCompareDoesNotHold() throws {
        let setting = try Setting()
        let empty = MemoryStore([])
        let report = try backtest(setting.tapes, against: empty)
        #expect(report.comparison?.holds == false)
        #expect(PredictionComparison(model: "ols:x").holds == false)
    }

    @Test func endAndStreamAreOneReason() {
        let row = PredictionRow(
            origin: "a|1|0", symbol: "X", originTime: 1, originPrice: 2, target: nil, targetTime: nil, actual: nil,
            predicted: 2, low: nil, high: nil, level: 0.9, error: nil, status: "censored", reason: "end")
        var other = row
        other.reason = "stream"
        #expect(PredictionComparison.difference(row, other) == nil)
        other.reason = "gap"
        #expect(PredictionComparison.difference(row, other)?.field == "reason")
    }

    @Test func ulpsCountDoublesBetweenTwo() {
        #expect(PredictionComparison.ulps(1, 1) == 0)
        #expect(PredictionComparison.ulps(1, Double(1).nextUp) == 1)
        #expect(PredictionComparison.ulps(-0.0, 0.0) == 0)
        #expect(PredictionComparison.ulps(-.leastNonzeroMagnitude, .leastNonzeroMagnitude) == 2)
        #expect(PredictionComparison.ulps(-.greatestFiniteMagnitude, .greatestFiniteMagnitude) > 1 << 62)
    }
}
