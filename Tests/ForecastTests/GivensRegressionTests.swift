import Forecast
import Testing

@Suite struct GivensRegressionTests {
    /// {1, p_i, p_{i−1}, p_{i−2}} → p_{i+1}.
    static func levelRows(_ prices: [Double]) -> [(row: [Double], response: Double)] {
        (2..<(prices.count - 1)).map { ([1, prices[$0], prices[$0 - 1], prices[$0 - 2]], prices[$0 + 1]) }
    }

    @Test func theGoldenCounterexampleIsSolvedToFullPrecision() {
        var regression = GivensRegression(columns: 4)
        for (row, response) in Self.levelRows([0, 1, 2, 2, 3, 2, 1, 1, 2, 2, 3]) {
            regression.learn(row, response: response)
        }
        let exact = [671.0 / 265, 34.0 / 265, -3.0 / 53, -119.0 / 265]
        let digits = StRDSet.digits(regression.coefficients, exact)
        print("golden counterexample: \(regression.coefficients), \(digits) digits")
        #expect(digits >= 14.5)
    }
}
