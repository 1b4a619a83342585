import Forecast
import Foundation
import Simulator
import Testing

@testable import Backtest

/// The streamed scores against plain definitions over everything in memory.
@Suite struct ScoringTests {
    static let horizons: [Horizon] = [.trades(1), .trades(7), .time(milliseconds: 900)]

    @Test(arguments: horizons)
    func everyMeasureEqualsItsDefinition(horizon: Horizon) throws {
        let folder = try TapeFolder()
        let tapes = try folder.simulate("mix") {
            $0.symbols = ["SIM:A", "SIM:B"]
            $0.trades = 2_400
            $0.bounce = 0.5
            $0.disorder = 0.02
            $0.seed = 5
            $0.gapEvery = .seconds(90)
        }
        var forecast = ForecastConfiguration()
        forecast.horizon = horizon
        forecast.every = .trades(1)
        forecast.warmup = 50
        let report = try backtest(tapes) { $0.forecast = forecast }
        let reference = try ReferenceRun(tapes, configuration: forecast)
        #expect(report.counts.boundaries.reduce(0, +) > 0, "the tape must hold a boundary")
        #expect(report.symbols.map(\.symbol) == ["SIM:A", "SIM:B"])
        for symbol in report.symbols {
            let points = try #require(reference.points[symbol.symbol])
            #expect(symbol.counts.scored == points.count)
            #expect(points.count > 300)
            for (place, score) in symbol.scores.enumerated() {
                try check(score, points, place, symbol, horizon)
            }
        }
    }

    private func check(
        _ score: ModelScore, _ points: [ReferenceRun.Point], _ place: Int, _ symbol: SymbolReport, _ horizon: Horizon
    ) throws {
        let n = Double(points.count)
        let y = try points.map { try #require($0.prediction.actual) }
        let p0 = points.map(\.prediction.originPrice)
        let predicted = try points.map { try #require($0.prediction.forecasts[place].predicted) }
        let e = zip(y, predicted).map { $0 - $1 }
        let last = zip(y, p0).map { $0 - $1 }
        func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
        func agree(_ metric: Metric, _ expected: Double, _ tolerance: Double = 1e-9, line: Int = #line) {
            let value = score[metric].value ?? .nan
            #expect(
                (value - expected).magnitude <= tolerance * max(expected.magnitude, 1e-3),
                "\(score.model) \(metric) \(value), expected \(expected), line \(line)")
        }
        agree(.bias, -mean(e))
        agree(.mae, mean(e.map(\.magnitude)))
        agree(.rmse, mean(e.map { $0 * $0 }).squareRoot())
        agree(.maxae, e.map(\.magnitude).max() ?? 0)
        agree(.maeBps, mean(zip(e, p0).map { 1e4 * $0.magnitude / $1 }))
        agree(.mape, mean(zip(e, y).map { 100 * $0.magnitude / $1 }))
        agree(.mase, mean(zip(e, points).map { $0.magnitude / $1.scale }))
        agree(.rmsse, mean(zip(e, points).map { $0 * $0 / $1.squareScale }).squareRoot())
        agree(.relmae, mean(e.map(\.magnitude)) / mean(last.map(\.magnitude)))
        let ratio = mean(e.map { $0 * $0 }) / mean(last.map { $0 * $0 })
        agree(.r2OOS, 1 - ratio)
        agree(.u2, ratio.squareRoot())
        let directions = y.indices.filter { y[$0] != p0[$0] && predicted[$0] != p0[$0] }
        if directions.isEmpty {
            #expect(score[.da].reason == .noMoves)
        } else {
            agree(.da, mean(directions.map { (y[$0] > p0[$0]) == (predicted[$0] > p0[$0]) ? 1 : 0 }))
        }
        let inside = points.indices.compactMap { index -> Double? in
            let forecast = points[index].prediction.forecasts[place]
            guard let low = forecast.low, let high = forecast.high else { return nil }
            return low <= y[index] && y[index] <= high ? 1 : 0
        }
        agree(.coverage, mean(inside))

        // q by brute force: how many (start, start + length] hold one instant.
        let (starts, length): ([Int64], Int64) =
            switch horizon {
            case .trades(let h): (points.map { Int64($0.index) }, Int64(h))
            case .time(let ms): (points.map(\.prediction.originTime), ms)
            }
        let q = starts.map { s in starts.count { $0 <= s && s < $0 + length } }.max() ?? 0
        #expect(symbol.overlap == q)
        let lags = HACLags.count(for: points.count, overlap: q)
        #expect(symbol.lags == lags)

        // Bounds: the delta method written out, autocovariance by autocovariance.
        func standardError(_ influence: [Double]) -> Double {
            let d = influence.map { $0 - mean(influence) }
            var v = 0.0
            for k in 0...min(lags, d.count - 1) {
                let gamma = (k..<d.count).map { d[$0] * d[$0 - k] }.reduce(0, +) / n
                v += k == 0 ? gamma : 2 * (1 - Double(k) / Double(lags + 1)) * gamma
            }
            return (v / n).squareRoot()
        }
        func bounds(_ metric: Metric, _ influence: [Double], line: Int = #line) throws {
            let value = try #require(score[metric].value)
            let half = 1.959963984540054 * standardError(influence)
            let low = try #require(score[metric].low)
            let high = try #require(score[metric].high)
            #expect((value - half - low).magnitude <= 1e-7 * max(half, 1e-9), "\(score.model) \(metric), line \(line)")
            #expect((value + half - high).magnitude <= 1e-7 * max(half, 1e-9), "\(score.model) \(metric), line \(line)")
        }
        let squares = e.map { $0 * $0 }
        let rmse = mean(squares).squareRoot()
        try bounds(.mae, e.map(\.magnitude))
        try bounds(.rmse, squares.map { $0 / (2 * rmse) })
        try bounds(.mase, zip(e, points).map { $0.magnitude / $1.scale })
        guard score.model != .last else {
            #expect(score[.r2OOS].value == 0)
            #expect(score[.dm].reason == .sameModel)
            return
        }
        let lastAbsolute = mean(last.map(\.magnitude))
        let relmae = mean(e.map(\.magnitude)) / lastAbsolute
        try bounds(.relmae, zip(e, last).map { ($0.magnitude - relmae * $1.magnitude) / lastAbsolute })
        let lastSquare = mean(last.map { $0 * $0 })
        try bounds(.r2OOS, zip(e, last).map { -($0 * $0 - ratio * $1 * $1) / lastSquare })
        try bounds(.relrmse, zip(e, last).map { ($0 * $0 - ratio * $1 * $1) / (2 * lastSquare * ratio.squareRoot()) })
        if !directions.isEmpty {
            let da = score[.da].value ?? .nan
            let share = Double(directions.count) / n
            let among = Set(directions)
            try bounds(
                .da,
                y.indices.map {
                    among.contains($0) ? (((y[$0] > p0[$0]) == (predicted[$0] > p0[$0]) ? 1 : 0) - da) / share : 0
                })
        }
        let moves = zip(y, p0).map { 1e4 * ($0 - $1) / $1 }
        let predictedMoves = zip(predicted, p0).map { 1e4 * ($0 - $1) / $1 }
        let d = zip(moves, predictedMoves).map { ($0 - $1) * ($0 - $1) - $0 * $0 }
        let test = try DieboldMariano(d, overlap: q)
        let found = try #require(score.dieboldMariano)
        #expect(close(found.statistic, test.statistic, 1e-8))
        #expect(close(found.pValue, test.pValue, 1e-6))
        #expect(found.lags == lags && found.overlap == q)
        if score.model == .ols {
            let f = zip(moves, predictedMoves).map { ClarkWest.adjustedDifference(actual: $0, predicted: $1) }
            let nested = try ClarkWest(f, lags: lags)
            #expect(close(try #require(score.clarkWest).statistic, nested.statistic, 1e-8))
        }
    }

    /// backtest.md, section 11: scale from the training prices, five points.
    @Test func scaledErrorGolden() throws {
        var scales = ScaleTracker()
        for price in [5, 0.5, 4, 6, 3, 5, 2] { scales.eligible(price: price) }
        scales.origin()
        let frozen = scales.resolve()
        var sums = ScoreSums()
        for (y, predicted) in [(3.0, 2.5), (-0.5, 0.0), (2, 2), (7, 8), (2, 1.25)] {
            sums.add(
                ScoredPoint(time: 0, origin: 1, actual: y, scale: frozen.absolute, squareScale: frozen.square),
                ModelForecast(predicted: predicted), alpha: 0.1)
        }
        let values = sums.metrics(last: sums, isMixed: false, errors: nil)
        #expect(close(try #require(values[Metric.mase.place].value), 0.18333333333333335))
        #expect(close(try #require(values[Metric.rmsse.place].value), 0.20568833780186058))
        #expect(close(try #require(values[Metric.smape.place].value), 55.53379953379954))
    }

    @Test func winklerGolden() throws {
        var sums = ScoreSums()
        sums.add(
            ScoredPoint(time: 0, origin: 1, actual: 3.5, scale: 1, squareScale: 1),
            ModelForecast(predicted: 2, low: 1, high: 3), alpha: 0.1)
        let values = sums.metrics(last: sums, isMixed: false, errors: nil)
        #expect(close(try #require(values[Metric.winkler.place].value), 12))
        #expect(values[Metric.coverage.place].value == 0)
    }

    @Test func noPairOfAScaleCrossesABoundary() {
        var scales = ScaleTracker()
        scales.eligible(price: 10)
        scales.eligible(price: 11)
        scales.boundary()
        scales.eligible(price: 100)
        scales.eligible(price: 103)
        scales.origin()
        scales.eligible(price: 1_000)
        let frozen = scales.resolve()
        #expect(frozen.absolute == 2)
        #expect(frozen.square == 5)
        #expect(frozen.index == 4)
    }

    @Test func aModelThatGivesNoNumberFailsAlone() throws {
        var good = ScoreSums()
        var bad = ScoreSums()
        for step in 0..<5 {
            let point = ScoredPoint(time: 0, origin: 10, actual: 10 + Double(step), scale: 1, squareScale: 1)
            good.add(point, ModelForecast(predicted: 10), alpha: 0.1)
            bad.add(point, ModelForecast(predicted: step == 3 ? .infinity : 10), alpha: 0.1)
        }
        #expect(good.metrics(last: good, isMixed: false, errors: nil)[Metric.mae.place].value == 2)
        let values = bad.metrics(last: good, isMixed: false, errors: nil)
        for metric in Metric.allCases where metric != .n {
            #expect(values[metric.place].value == nil && values[metric.place].reason == .failed)
        }
    }
}
