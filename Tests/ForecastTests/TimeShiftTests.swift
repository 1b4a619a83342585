import Testing
import TradeModel

@testable import Forecast

/// A tape moved to other times (`replay --shift-to`) gives the same predictions, bit for bit, at moved times.
@Suite struct TimeShiftTests {
    @Test(arguments: [("1", Int64(1)), ("1", -7_777), ("10t", 86_399_999), ("5s", 1_000), ("3s", -299_000)])
    func predictionsMoveWithTheTrades(_ horizon: String, by shift: Int64) throws {
        let market = TestMarket.lively(3_000, seed: 21)
        let plain = try predictions(horizon, market)
        let moved = try predictions(
            horizon,
            market.map { trade in
                var trade = trade
                trade.time += shift
                trade.receive = trade.receive.map { $0 + shift * 1_000_000 }
                return trade
            })
        #expect(plain.count > 50)
        #expect(
            moved
                == plain.map { prediction in
                    var prediction = prediction
                    prediction.originTime += shift
                    prediction.targetTime = prediction.targetTime.map { $0 + shift }
                    return prediction
                })
    }

    private func predictions(_ horizon: String, _ market: [Observation]) throws -> [Prediction] {
        var configuration = ForecastConfiguration()
        configuration.horizon = try Horizon(parsing: horizon)
        var forecast = SymbolForecast(configuration: configuration, models: [.ols] + ForecastModel.baselines)
        return TestMarket.run(&forecast, market).events.predictions
    }
}
