import Testing
import TradeModel

@testable import Forecast

@Suite struct ContinuityTests {
    private static let models: [ForecastModel] = [.ols] + ForecastModel.baselines

    /// A forecast with `pending` predictions waiting after 100 trades.
    private func forecast(pending: Int = 3) -> SymbolForecast {
        var configuration = ForecastConfiguration()
        configuration.horizon = .trades(pending)
        var forecast = SymbolForecast(configuration: configuration, models: Self.models)
        _ = TestMarket.run(&forecast, TestMarket.trades((0..<100).map { 100 + Double($0 % 9) }))
        #expect(forecast.pendingCount == pending)
        return forecast
    }

    private func next(_ forecast: SymbolForecast, after milliseconds: Int64 = 1_000) -> Observation {
        TestMarket.trade(500, price: 104, time: (forecast.clock ?? 0) + milliseconds)
    }

    private func expectBoundary(_ reason: CensorReason, _ trade: Observation, _ forecast: SymbolForecast) {
        var forecast = forecast
        let before = forecast.parts
        let coefficients = forecast.regression(of: .ols)?.coefficients
        var events: [ForecastEvent] = []
        _ = forecast.handle(trade, into: &events)
        #expect(events.boundaries == [reason])
        #expect(events.first == .boundary(reason))
        #expect(events.predictions.count == before.pending.count)
        for (prediction, pending) in zip(events.predictions, before.pending) {
            #expect(prediction.origin == pending.origin && prediction.forecasts == pending.forecasts)
            #expect(prediction.outcome == .censored(reason))
            #expect(prediction.actual == nil && prediction.target == nil && prediction.targetTime == nil)
        }
        #expect(forecast.counts.censored == Int64(before.pending.count))
        #expect(forecast.pendingCount == 0)
        // Coefficients stay; the windows start again, so the next 50 trades predict nothing.
        #expect(forecast.regression(of: .ols)?.coefficients == coefficients)
        let start = (forecast.clock ?? 0) + 1_000
        var follow = TestMarket.trades((0..<60).map { 100 + Double($0 % 9) }, from: start, first: 600)
        for place in follow.indices {
            follow[place].stream = trade.stream
            follow[place].segment = trade.segment
        }
        let origins = TestMarket.run(&forecast, follow).events.origins
        #expect(origins.first == follow[49].identity)
    }

    @Test func aNewSegmentIsAGap() {
        let forecast = forecast()
        var trade = next(forecast)
        trade.segment = 77
        expectBoundary(.gap, trade, forecast)
    }

    @Test func aNewStreamIsABoundary() {
        let forecast = forecast()
        var trade = next(forecast)
        trade.stream = "other"
        trade.segment = 5
        expectBoundary(.stream, trade, forecast)
    }

    @Test func silenceIsAStepAboveTheLimit() {
        let forecast = forecast()
        expectBoundary(.silence, next(forecast, after: 1_800_001), forecast)
        var same = forecast
        var events: [ForecastEvent] = []
        _ = same.handle(next(forecast, after: 1_800_000), into: &events)
        #expect(events.boundaries.isEmpty && same.counts.censored == 0)
    }

    @Test func theStreamOutranksTheGapAndTheGapSilence() {
        let forecast = forecast()
        var trade = next(forecast, after: 9_000_000)
        trade.segment = 77
        expectBoundary(.gap, trade, forecast)
        trade.stream = "other"
        expectBoundary(.stream, trade, forecast)
    }

    @Test func aDroppedTradeBringsTheBoundaryWithIt() {
        let forecast = forecast()
        var trade = next(forecast, after: 1_800_001)
        trade.conditions = ConditionSet(bits: 1 << 12)
        var same = forecast
        var events: [ForecastEvent] = []
        #expect(same.handle(trade, into: &events) == .dropped(.condition(12)))
        #expect(events.boundaries == [.silence])
        #expect(same.pendingCount == 0)
    }

    @Test func unknownContinuityIsNoBoundary() {
        let forecast = forecast()
        var same = forecast
        var trade = next(forecast)
        trade.stream = nil
        trade.segment = nil
        var events: [ForecastEvent] = []
        _ = same.handle(trade, into: &events)
        // A merged tape knows its stream, not its segment.
        trade = next(forecast, after: 2_000)
        trade.segment = nil
        _ = same.handle(trade, into: &events)
        trade = next(forecast, after: 3_000)
        _ = same.handle(trade, into: &events)
        #expect(events.boundaries.isEmpty)
        #expect(same.stream == TestMarket.stream && same.segment == 0)
        // Silence still is one.
        trade = next(same, after: 1_800_001)
        trade.stream = nil
        trade.segment = nil
        expectBoundary(.silence, trade, same)
    }

    @Test(arguments: [CensorReason.end, .gap])
    func theCallerEndsContinuityToo(_ reason: CensorReason) {
        var forecast = forecast()
        var events: [ForecastEvent] = []
        forecast.censor(reason, into: &events)
        #expect(events.predictions.map(\.outcome) == Array(repeating: .censored(reason), count: 3))
        #expect(forecast.pendingCount == 0)
        #expect(TestMarket.run(&forecast, [next(forecast)]).events.origins.isEmpty)
    }

    @Test(arguments: ["1", "10t", "5s"], [UInt64(1), 2, 3])
    func everyIssuedPredictionIsScoredWarmupCensoredOrPending(_ horizon: String, _ seed: UInt64) throws {
        var configuration = ForecastConfiguration()
        configuration.horizon = try Horizon(parsing: horizon)
        configuration.warmup = 100
        var forecast = SymbolForecast(configuration: configuration, models: [.last])
        var origins = 0
        var outcomes: [Prediction.Outcome] = []
        for trade in TestMarket.lively(3_000, seed: seed) {
            var events: [ForecastEvent] = []
            _ = forecast.handle(trade, into: &events)
            origins += events.origins.count
            outcomes += events.predictions.map(\.outcome)
            let counts = forecast.counts
            #expect(counts.origins == Int64(origins))
            #expect(
                counts.origins
                    == counts.scored + counts.warmup + counts.censored + Int64(forecast.pendingCount))
        }
        let counts = forecast.counts
        #expect(counts.scored > 0 && counts.censored > 0 && counts.late > 0 && counts.future > 0)
        #expect(counts.warmup == 100)
        #expect(outcomes.count { $0 == .scored } == Int(counts.scored))
        #expect(outcomes.count { $0 == .warmup } == 100)
        // The warm-up is the symbol's first resolved predictions, whatever was censored between.
        let resolved = outcomes.filter { $0 == .scored || $0 == .warmup }
        #expect(resolved.prefix(100).allSatisfy { $0 == .warmup })
    }
}
