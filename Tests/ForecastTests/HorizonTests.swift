import Testing
import TradeModel

@testable import Forecast

@Suite struct HorizonTests {
    /// A forecast past its first 50 trades, all at one price and one time.
    private func warm(_ horizon: Horizon, every: OriginRule = .trades(1), maxPending: Int = 1_024) -> SymbolForecast {
        var configuration = ForecastConfiguration()
        configuration.horizon = horizon
        configuration.every = every
        configuration.maxPending = maxPending
        configuration.warmup = 0
        var forecast = SymbolForecast(configuration: configuration, models: [.last])
        let trades = (1...50).map { TestMarket.trade(Int64($0), price: 100, time: TestMarket.start) }
        let events = TestMarket.run(&forecast, trades).events
        #expect(events.origins.isEmpty)
        return forecast
    }

    private func tape(_ sequence: Int64) -> TradeIdentity {
        .tape(stream: TestMarket.stream, sequence: sequence, index: 0)
    }

    @Test func theLabelOfATimeHorizonIsTheLastTieAndProvenOnlyAfterIt() {
        var forecast = warm(.time(milliseconds: 5_000))
        let origin = TestMarket.start + 1_000
        let due = origin + 5_000
        let trades = [(101, origin, 100.0), (102, due - 1, 101), (103, due, 102), (104, due, 103), (105, due + 1, 104)]
            .map { TestMarket.trade(Int64($0.0), price: $0.2, time: $0.1) }
        for trade in trades.dropLast() {
            var events: [ForecastEvent] = []
            _ = forecast.handle(trade, into: &events)
            #expect(events.predictions.isEmpty, "trade \(trade.identity.text) proves nothing")
        }
        var events: [ForecastEvent] = []
        _ = forecast.handle(trades[4], into: &events)
        #expect(events.predictions.count == 1)
        let prediction = events.predictions.first
        #expect(prediction?.origin == tape(101))
        #expect(prediction?.originTime == origin)
        #expect(prediction?.target == tape(104))
        #expect(prediction?.targetTime == due)
        #expect(prediction?.actual == 103)
        #expect(prediction?.outcome == .scored)
    }

    @Test func aQuietHorizonIsLabelledByItsOrigin() {
        var forecast = warm(.time(milliseconds: 5_000))
        let (events, _) = TestMarket.run(
            &forecast,
            [
                TestMarket.trade(101, price: 100, time: TestMarket.start + 1_000),
                TestMarket.trade(102, price: 200, time: TestMarket.start + 20_000),
            ])
        #expect(events.predictions.first?.target == tape(101))
        #expect(events.predictions.first?.actual == 100)
    }

    @Test func aTimeThatRunsBackwardsNeitherMovesTheClockNorALabel() {
        var forecast = warm(.time(milliseconds: 5_000))
        let origin = TestMarket.start + 1_000
        let due = origin + 5_000
        let (events, dispositions) = TestMarket.run(
            &forecast,
            [
                TestMarket.trade(101, price: 100, time: origin),
                TestMarket.trade(102, price: 101, time: due),
                // 141 ms back: counts as arriving at τ, so it is the last trade with τ ≤ τ₀+H.
                TestMarket.trade(103, price: 102, time: due - 141),
                TestMarket.trade(104, price: 103, time: due + 1),
                // Just within the lateness: accepted, after the proof, and no label of the first origin.
                TestMarket.trade(105, price: 104, time: due - 4_999),
            ])
        #expect(dispositions == Array(repeating: .eligible, count: 5))
        #expect(events.predictions.map(\.target) == [tape(103)])
        #expect(forecast.clock == due + 1)
    }

    @Test func lateAndFutureTradesAreCountedAndNothingElse() {
        var forecast = warm(.time(milliseconds: 5_000))
        var events: [ForecastEvent] = []
        let clock = TestMarket.start
        var expected = forecast.parts
        func handle(_ time: Int64, receive: Int64) -> Disposition {
            forecast.handle(
                TestMarket.trade(200, price: 500, time: time, receive: receive, segment: 9), into: &events)
        }
        #expect(handle(clock - 5_001, receive: clock * 1_000_000) == .late)
        #expect(handle(clock + 60_001, receive: clock * 1_000_000 + 999_999) == .future)
        expected.counts.late = 1
        expected.counts.future = 1
        #expect(events.isEmpty)
        #expect(forecast.parts == expected)
        // At the limits both are ordinary.
        #expect(handle(clock - 5_000, receive: clock * 1_000_000) == .eligible)
        #expect(handle(clock + 60_000, receive: clock * 1_000_000) == .eligible)
        #expect(forecast.clock == clock + 60_000)
    }

    @Test(arguments: [Int64.min, -1, 0, Int64.max])
    func anAbsurdTimeTrapsNowhere(_ time: Int64) {
        for receive in [nil, Int64.min, 0, Int64.max] as [Int64?] {
            var forecast = warm(.time(milliseconds: 5_000))
            var trade = TestMarket.trade(200, price: 1, time: 0)
            trade.time = time
            trade.receive = receive
            _ = TestMarket.run(&forecast, [trade] + TestMarket.trades([1, 2, 3]) + [trade, trade])
        }
    }

    @Test(arguments: [1, 10])
    func aTradeHorizonIsResolvedByTheTradeItNames(_ count: Int) {
        var forecast = warm(.trades(count))
        let trades = TestMarket.trades((0..<40).map { 100 + Double($0) }, first: 101)
        let predictions = TestMarket.run(&forecast, trades).events.predictions
        #expect(predictions.count == 40 - count)
        for (place, prediction) in predictions.enumerated() {
            #expect(prediction.origin == tape(101 + Int64(place)))
            #expect(prediction.target == tape(101 + Int64(place + count)))
            #expect(prediction.actual == 100 + Double(place + count))
            #expect(prediction.forecasts[0].predicted == prediction.originPrice)
        }
        #expect(forecast.pendingCount == count)
    }

    @Test func originsByTimeAreTheFirstTradeOfEachCell() {
        var forecast = warm(.time(milliseconds: 5_000), every: .time(milliseconds: 1_000))
        let start = TestMarket.start  // a whole second; its cell is used up
        let times: [Int64] = [10, 999, 1_000, 1_001, 1_999, 2_500, 2_400, 5_000]
        let trades = times.enumerated().map {
            TestMarket.trade(101 + Int64($0.offset), price: 100, time: start + $0.element)
        }
        let events = TestMarket.run(&forecast, trades).events
        #expect(events.origins == [tape(103), tape(106), tape(108)])
    }

    @Test func originsByTradesAreEveryNth() {
        var forecast = warm(.trades(2), every: .trades(4))
        let events = TestMarket.run(&forecast, TestMarket.trades(Array(repeating: 1, count: 12), first: 51)).events
        // Trades 1, 5, 9 … of the symbol; the first 50 predict nothing.
        #expect(events.origins == [tape(53), tape(57), tape(61)])
    }

    @Test func aBurstIsRefusedAtTheBoundAndNothingAdmittedIsEvicted() {
        var forecast = warm(.time(milliseconds: 5_000), maxPending: 100)
        let burst = (1...735).map { TestMarket.trade(100 + Int64($0), price: 100, time: TestMarket.start + 1) }
        let events = TestMarket.run(&forecast, burst).events
        #expect(events.origins == (1...100).map { tape(100 + Int64($0)) })
        #expect(events.refusals == 635)
        #expect(forecast.counts.refused == 635)
        #expect(forecast.pendingCount == 100)
        let later = TestMarket.run(
            &forecast, [TestMarket.trade(900, price: 101, time: TestMarket.start + 5_002)]
        ).events
        #expect(later.predictions.map(\.origin) == (1...100).map { tape(100 + Int64($0)) })
        #expect(later.predictions.allSatisfy { $0.target == tape(835) })
        #expect(later.origins == [tape(900)])
        #expect(forecast.counts.origins == 101 && forecast.counts.scored == 100)
    }
}
