import Testing
import TradeModel

@testable import Forecast

/// What a prediction may know, checked against regressions and formulas outside `SymbolForecast`.
@Suite struct PredictionOrderTests {
    struct Origin {
        var features: [Double]
        var price: Double
        var ordinal: Int
        var expected: Double
    }

    @Test(arguments: [1, 3], [1.0, 0.99])
    func eachPredictionKnowsOnlyRowsResolvedBeforeIt(_ horizon: Int, _ lambda: Double) throws {
        var configuration = ForecastConfiguration()
        configuration.horizon = .trades(horizon)
        configuration.lambda = lambda
        var forecast = SymbolForecast(configuration: configuration, models: [.ols, .ar1])
        var outside = GivensRegression(columns: 12, lambda: lambda)
        var waiting: [TradeIdentity: Origin] = [:]
        var checked = 0
        for trade in TestMarket.lively(1_200, seed: 9) {
            var events: [ForecastEvent] = []
            _ = forecast.handle(trade, into: &events)
            for event in events {
                switch event {
                case .resolved(let prediction):
                    let origin = try #require(waiting[prediction.origin])
                    waiting[prediction.origin] = nil
                    #expect(prediction.forecasts[0].predicted == origin.expected)
                    checked += 1
                    if let actual = prediction.actual {
                        outside.learn(origin.features, response: 1e4 * (actual - origin.price) / origin.price)
                    }
                case .origin(let identity, _):
                    // All rows due at this trade are learnt by now; its own label is not known yet.
                    let x = forecast.features
                    var rho = 0.0
                    for (value, coefficient) in zip(x, outside.coefficients) { rho += coefficient * value }
                    waiting[identity] = Origin(
                        features: x, price: trade.price, ordinal: Int(forecast.eligibleTrades),
                        expected: trade.price * (1 + rho / 1e4))
                default: break
                }
            }
        }
        #expect(checked > 400)
        #expect(forecast.regression(of: .ols)?.coefficients == outside.coefficients)
    }

    @Test func aPredictionNeverDependsOnWhichOtherModelsRun() throws {
        let trades = TestMarket.lively(1_500, seed: 2)
        let configuration = ForecastConfiguration()
        let all: [ForecastModel] = [.ols] + ForecastModel.baselines
        var together = SymbolForecast(configuration: configuration, models: all)
        let expected = TestMarket.run(&together, trades).events.predictions
        for (place, model) in all.enumerated() {
            var alone = SymbolForecast(configuration: configuration, models: [model])
            let found = TestMarket.run(&alone, trades).events.predictions
            #expect(found.count == expected.count)
            for (one, many) in zip(found, expected) {
                #expect(one.origin == many.origin && one.outcome == many.outcome)
                #expect(one.forecasts[0] == many.forecasts[place])
            }
        }
    }

    @Test func nothingAfterAnOriginReachesItsPrediction() throws {
        // Future poisoning: absurd trades after a cut change no forecast made before it, resolved or not.
        let trades = TestMarket.lively(700, seed: 6)
        let models: [ForecastModel] = [.ols] + ForecastModel.baselines
        var configuration = ForecastConfiguration()
        configuration.horizon = .trades(10)
        var whole = SymbolForecast(configuration: configuration, models: models)
        var expected: [TradeIdentity: ModelForecasts] = [:]
        for prediction in TestMarket.run(&whole, trades).events.predictions {
            expected[prediction.origin] = prediction.forecasts
        }
        var crossed = 0
        for cut in stride(from: 60, to: 690, by: 15) {
            let before = Set(trades[..<cut].map(\.identity))
            let poison = trades[cut...].map { trade in
                var trade = trade
                trade.price = 1e9 / trade.price
                trade.volume = 1e15
                trade.time += 4_000
                trade.conditions = .regular
                return trade
            }
            var poisoned = SymbolForecast(configuration: configuration, models: models)
            for prediction in TestMarket.run(&poisoned, trades[..<cut] + poison).events.predictions
            where before.contains(prediction.origin) {
                #expect(prediction.forecasts == expected[prediction.origin])
                if let actual = prediction.actual, actual > 1e5 { crossed += 1 }
            }
        }
        #expect(crossed > 100)
    }
}
