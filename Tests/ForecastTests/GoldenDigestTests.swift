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

    static let algorithm = 2
    static let goldens = [
        Golden(
            horizon: "1", events: "81229faf87566b7a3830b5ee61d352a5b02d374aa1b3a7531b143486461afa0b",
            state: "f296142026baca11d4b178e2d20d0f7315374ef48f2d862d4649c5379548bbf3"),
        Golden(
            horizon: "10t", every: "2", lambda: 0.99,
            events: "6db529f4137b5b7ca8eeb19466be884261ad37b6113d94161c5095da10ee508a",
            state: "9a0026d54c2498e58d05e33a168715e67f73f4d1b7f0c0205ead345a2f92c40e"),
        Golden(
            horizon: "5s", lambda: 0.998, ridge: 0.5,
            events: "3756bf5a7a15c3ea7e716a8cc9e69e21b4a9f4f422422def66c6e1c1370707c0",
            state: "8d3e8621c06a858d40a9ce87220989d71fd0e89332689bedee37ff5b2481cdf8"),
        Golden(
            horizon: "3s", every: "1", events: "af40d878dd150dd8361912b7ac00de0cc147b7725ba1a58edd9b0f74cc8dd68b",
            state: "31e4789ed6188efbce6d16e73bf2b8795d55895dbdaa0a16e452b322a3c84f1e"),
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
