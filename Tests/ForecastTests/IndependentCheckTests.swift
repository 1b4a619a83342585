import Testing
import TradeModel

@testable import Forecast

/// Property 7 of backtest.md, section 10: another method finds the same coefficients.
@Suite struct IndependentCheckTests {
    @Test(arguments: ["1", "10t", "5s"])
    func coMomentsAgreeWithTheStreamingRegressionToNineDigits(_ horizon: String) throws {
        var configuration = ForecastConfiguration()
        configuration.horizon = try Horizon(parsing: horizon)
        configuration.every = .trades(1)
        var forecast = SymbolForecast(configuration: configuration, models: [.ols])
        var moments = CoMoments(columns: 11)
        var waiting: [TradeIdentity: [Double]] = [:]
        for trade in TestMarket.lively(4_000, seed: 31) {
            var events: [ForecastEvent] = []
            _ = forecast.handle(trade, into: &events)
            for event in events {
                switch event {
                case .origin(let identity, _): waiting[identity] = forecast.features
                case .resolved(let prediction):
                    guard let actual = prediction.actual, let row = waiting[prediction.origin] else { continue }
                    moments.add(
                        Array(row.dropFirst()), 1e4 * (actual - prediction.originPrice) / prediction.originPrice)
                default: break
                }
            }
        }
        let regression = try #require(forecast.regression(of: .ols))
        #expect(regression.rank == 12 && regression.rows > 1_000)
        let digits = GivensRegressionTests.digits(regression.coefficients, try #require(moments.coefficients))
        print("\(horizon): streaming regression and co-moments agree to \(digits) digits")
        #expect(digits >= 9)
    }
}
