import Digest
import Testing

@testable import Forecast

/// Every bit of every prediction and of the state, under one number.
///
/// If this fails because a prediction was meant to change, raise `ForecastConfiguration.algorithm` and take the new
/// digests: the number is part of each revision, so old and new predictions never share a name. It also fails when
/// resolving, updating, predicting and learning change their order, when the compiler fuses a multiplication with an
/// addition, or when libm gets into a feature.
@Suite struct GoldenDigestTests {
    struct Golden: CustomTestStringConvertible {
        var horizon: String
        var every: String?
        var lambda = 1.0
        var ridge = 0.0
        var events: String
        var state: String
        var testDescription: String { "\(horizon) every \(every ?? "default") λ \(lambda) κ \(ridge)" }
    }

    static let algorithm = 1
    static let goldens = [
        Golden(
            horizon: "1", events: "f3dc8fb405cf5cdf20d6b123295d24eb95ba36ccd55775cacdb990e4f1431e39",
            state: "38981c289e90824bbcdaedee0399b96718d07b4cc13d8cd3ad8e78f8493d9e91"),
        Golden(
            horizon: "10t", every: "2", lambda: 0.99,
            events: "3f7e2b04a1f82931b1c446f8020aa75939c4186c513e9cedb523fc1d9b777fd2",
            state: "60ffc2e592d44d8744a7bedb34264bdc7b1bc774ac332bf3f5daf55f72c7427b"),
        Golden(
            horizon: "5s", lambda: 0.998, ridge: 0.5,
            events: "10a3b1fa4b35fe1bf7e94e83cf35c237444ec28b5156d11bfdc83d155ca2fb28",
            state: "be3b52559b4a83f6db065bf67df1ee9e8f471a5dab0c2e2837df11c1b74ae7c7"),
        Golden(
            horizon: "3s", every: "1", events: "d65a2eb939c0130c3a3ea39610f467df21c8507eef789f2a873f25586e90cc01",
            state: "06f36bfcc22738f793be202b119ef8f15d657c5d54146b02ae07607836a0b13e"),
    ]

    @Test(arguments: goldens)
    func everyBitStaysUntilTheAlgorithmsNumberGrows(_ golden: Golden) throws {
        #expect(ForecastConfiguration.algorithm == Self.algorithm)
        var configuration = ForecastConfiguration()
        configuration.horizon = try Horizon(parsing: golden.horizon)
        configuration.every = try golden.every.map { try OriginRule(parsing: $0) }
        configuration.lambda = golden.lambda
        configuration.ridge = golden.ridge
        configuration.maxPending = 64
        try configuration.validate()
        var forecast = SymbolForecast(configuration: configuration, models: [.ols] + ForecastModel.baselines)
        let events = TestMarket.run(&forecast, TestMarket.lively(3_000, seed: 4)).events
        #expect(forecast.counts.scored > 50)
        #expect(events.digest == golden.events)
        var state = SHA256()
        state.update(forecast.encoded)
        #expect(state.hex() == golden.state)
    }
}
