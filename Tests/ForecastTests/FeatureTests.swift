import Foundation
import Testing
import TradeModel

@testable import Forecast

/// Features, baselines and intervals against formulas written a second time, from whole lists and with libm.
@Suite struct FeatureTests {
    /// One stretch without boundary: what the definitions of backtest.md, section 4, need of each trade.
    private struct Stretch {
        var prices: [Double] = []
        var clocks: [Int64] = []
        var signs: [Double] = []
        var volumes: [(sign: Double, volume: Double, price: Double, clock: Int64)] = []

        var returns: [Double] { zip(prices, prices.dropFirst()).map { 1e4 * ($1 / $0 - 1) } }

        func average(_ values: [Double], from start: Double, halfLife: Double) -> Double {
            let alpha = 1 - pow(2, -1 / halfLife)
            return values.reduce(start) { $0 + alpha * ($1 - $0) }
        }

        var features: [Double] {
            let last = Array(returns.suffix(3).reversed())
            let window = volumes.suffix(50)
            let cell = { (clock: Int64) in Int64((Double(clock - volumes[0].clock) / 5_000).rounded(.down)) }
            let now = cell(volumes[volumes.count - 1].clock)
            let recent = volumes.filter { cell($0.clock) > now - 60 }
            let price = prices[prices.count - 1]
            let vwap = recent.reduce(0) { $0 + $1.price * $1.volume } / recent.reduce(0) { $0 + $1.volume }
            let ewma = average(prices, from: prices[0], halfLife: 100)
            return [
                1, last[0], last[1], last[2], signs[signs.count - 1], average(signs, from: 0, halfLife: 20),
                window.reduce(0) { $0 + $1.sign * $1.volume } / window.reduce(0) { $0 + $1.volume },
                log(1 + volumes[volumes.count - 1].volume),
                log(1 + Double(clocks[clocks.count - 1] - clocks[clocks.count - 2])),
                1e4 * (price / ewma - 1), 1e4 * (price / vwap - 1),
                sqrt(returns.suffix(50).reduce(0) { $0 + $1 * $1 }),
            ]
        }
    }

    @Test(arguments: [UInt64(11), 12, 13])
    func eachFeatureFollowsItsDefinition(_ seed: UInt64) throws {
        var configuration = ForecastConfiguration()
        configuration.horizon = .trades(4)
        var forecast = SymbolForecast(configuration: configuration, models: [.last, .drift, .ewma])
        var stretch = Stretch()
        var checked = 0
        for trade in TestMarket.lively(2_500, seed: seed) {
            var events: [ForecastEvent] = []
            let disposition = forecast.handle(trade, into: &events)
            if !events.boundaries.isEmpty { stretch = Stretch() }
            let clock = forecast.clock ?? 0
            let sign = stretch.signs.last ?? 0
            if disposition == .eligible {
                var new = sign
                if let last = stretch.prices.last, last != trade.price { new = trade.price > last ? 1 : -1 }
                stretch.signs.append(new)
                stretch.prices.append(trade.price)
                stretch.clocks.append(clock)
                stretch.volumes.append((new, trade.volume, trade.price, clock))
            } else if case .dropped(let rule) = disposition, rule != .volume, rule != .condition(16) {
                stretch.volumes.append((sign, trade.volume, trade.price, clock))
            }
            for event in events {
                guard case .origin(_, let forecasts) = event else { continue }
                for (name, (found, wanted)) in zip(
                    SymbolForecast.featureNames, zip(forecast.features, stretch.features))
                {
                    #expect(abs(found - wanted) <= 1e-7 + 1e-9 * abs(wanted), "\(name) at \(trade.identity.text)")
                }
                let predicted = try forecasts.map { try #require($0.predicted) }
                let mean = stretch.returns.reduce(0, +) / Double(stretch.returns.count)
                let ewma = stretch.average(stretch.prices, from: stretch.prices[0], halfLife: 100)
                let wanted = [trade.price, trade.price * (1 + mean * 4 / 1e4), ewma]
                for (found, wanted) in zip(predicted, wanted) { #expect(abs(found - wanted) <= 1e-10 * wanted) }
                checked += 1
            }
        }
        #expect(checked > 500)
    }

    @Test func driftOfATimeHorizonIsPerMillisecond() throws {
        var configuration = ForecastConfiguration()
        configuration.horizon = .time(milliseconds: 5_000)
        var forecast = SymbolForecast(configuration: configuration, models: [.drift])
        // 1 % up each second: each one-trade return is 100 bps, so 5 s are 500 bps.
        var price = 100.0
        var events: [ForecastEvent] = []
        for second in 0..<60 {
            _ = forecast.handle(
                TestMarket.trade(Int64(second), price: price, time: TestMarket.start + 1_000 * Int64(second)),
                into: &events)
            if second < 59 { price *= 1.01 }
        }
        guard case .origin(_, let forecasts)? = events.last else {
            Issue.record("the last trade is no origin")
            return
        }
        let predicted = try #require(forecasts[0].predicted)
        #expect(abs(predicted - price * 1.05) < 1e-9 * price)
    }

    @Test func roundingNoiseTeachesNothing() {
        var forecast = SymbolForecast(configuration: ForecastConfiguration(), models: [.ols])
        _ = TestMarket.run(
            &forecast,
            (0..<500).map {
                TestMarket.trade(Int64($0), price: 0.1, time: TestMarket.start + Int64($0), volume: 0.3)
            })
        #expect(Array(forecast.features[1...6]) == Array(repeating: 0, count: 6))
        #expect(Array(forecast.features[9...11]) == [0, 0, 0])
    }

    @Test(arguments: [900, 500, 990, 1])
    func boundsAreOrderStatisticsOfTheLast256Errors(_ level: Int) throws {
        var window = ErrorWindow(levelPermille: level)
        var errors: [Double] = []
        var random = RepeatableGenerator(seed: UInt64(level))
        for step in 0..<2_000 {
            // Stretches of ties, of few values and of many.
            let spread: UInt64 = step % 500 < 100 ? 1 : step % 500 < 300 ? 5 : 100_000
            let error = Double(random.below(spread)) - Double(spread / 2)
            window.append(error)
            errors.append(error)
            let sorted = errors.suffix(256).sorted()
            let rank = (sorted.count + 1) * (1_000 - level) / 2_000
            let bounds = window.bounds()
            if rank < 1 {
                #expect(bounds == nil)
            } else {
                #expect(bounds?.low == sorted[rank - 1], "step \(step)")
                #expect(bounds?.high == sorted[sorted.count - rank], "step \(step)")
            }
        }
        window.append(.nan)
        window.append(.infinity)
        #expect(window.bounds()?.low == errors.suffix(256).sorted()[256 - 257 + 257 * (1_000 - level) / 2_000])
    }

    @Test func anIntervalIsThePredictionPlusRankedErrors() throws {
        var configuration = ForecastConfiguration()
        configuration.warmup = 0
        var forecast = SymbolForecast(configuration: configuration, models: [.last])
        let trades = TestMarket.trades((0..<400).map { 100 + Double($0 * $0 % 37) / 4 })
        var errors: [Double] = []
        for prediction in TestMarket.run(&forecast, trades).events.predictions {
            let forecast = prediction.forecasts[0]
            let sorted = errors.suffix(256).sorted()
            let rank = (sorted.count + 1) * 100 / 2_000
            if rank < 1 {
                #expect(forecast.low == nil && forecast.high == nil)
            } else {
                let low = prediction.originPrice * (1 + sorted[rank - 1] / 1e4)
                let high = prediction.originPrice * (1 + sorted[sorted.count - rank] / 1e4)
                #expect(forecast.low == low && forecast.high == high)
            }
            let actual = try #require(prediction.actual)
            errors.append(1e4 * (actual - prediction.originPrice) / prediction.originPrice)
        }
        #expect(errors.count == 349)
    }
}
