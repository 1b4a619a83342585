import Foundation
import Testing

@testable import Forecast

@Suite struct GivensRegressionTests {
    /// {1, p_i, p_{i−1}, p_{i−2}} → p_{i+1}, as a regression on price levels sees a tape.
    static func levelRows(_ prices: [Double]) -> [(row: [Double], response: Double)] {
        (2..<(prices.count - 1)).map { ([1, prices[$0], prices[$0 - 1], prices[$0 - 2]], prices[$0 + 1]) }
    }

    /// A random walk of whole ticks from 0, within a band around it; with bounce, prices lie a tick above or below.
    static func ticks(_ count: Int, bounce: Bool, seed: UInt64, band: Int = 20) -> [Double] {
        var random = RepeatableGenerator(seed: seed)
        var middle = 0
        return (0..<count).map { place in
            if place > 0 { middle = max(-band, min(band, middle + random.below(3) - 1)) }
            return Double(middle + (bounce && place > 0 ? 2 * random.below(2) - 1 : 0))
        }
    }

    /// Digits by the norm: −log₁₀(max|Δβ|/max|β|).
    static func digits(_ found: [Double], _ exact: [Double]) -> Double {
        let error = zip(found, exact).map { abs($0 - $1) }.max() ?? .infinity
        let size = exact.map(abs).max() ?? 0
        return error == 0 ? 17 : -log10(error / size)
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

    /// Property 4: exponentially weighted least squares to 13 digits.
    ///
    /// Holds for prices within some twenty ticks of the first one (100 seeds: 13.24 at worst). A free walk reaches
    /// levels of ±100 ticks, whose own rounding, as means in R, costs the intercept one digit more (11.99 at worst, by
    /// this code and by a plain transcription of section 5 alike).
    @Test(arguments: [false, true], [(20, 13.0), (1_000_000, 11.9)])
    func forgettingKeepsItsDigits(_ bounce: Bool, _ gate: (band: Int, digits: Double)) {
        var worst = 17.0
        for seed in 1...(Self.isThorough ? 100 : 3) as ClosedRange<UInt64> {
            var regression = GivensRegression(columns: 4, lambda: 0.998)
            var exact = ExactLeastSquares(columns: 4, lambda: 0.998)
            let prices = Self.ticks(3_003, bounce: bounce, seed: seed, band: gate.band)
            for (row, response) in Self.levelRows(prices) {
                regression.learn(row, response: response)
                exact.add(row, response)
            }
            #expect(regression.rows == 3_000)
            let digits = Self.digits(regression.coefficients, exact.coefficients)
            #expect(digits >= gate.digits, "seed \(seed)")
            worst = min(worst, digits)
        }
        print("λ 0.998, bounce \(bounce), band \(gate.band): \(worst) digits at worst")
    }

    /// Property 3.
    @Test(arguments: [1.0, 0.99])
    func aRowThatIsNotFiniteChangesNothingButItsCount(_ lambda: Double) {
        var regression = GivensRegression(columns: 3, lambda: lambda, ridge: 0.25)
        for k in 0..<20 { regression.learn([1, Double(k % 5), Double(k % 3)], response: Double(k % 7)) }
        var expected = regression
        for bad in [Double.nan, .infinity, -.infinity] {
            for place in 0..<3 {
                var row = [1.0, 2, 3]
                row[place] = bad
                let learnt = regression.learn(row, response: 1)
                #expect(!learnt)
            }
            let learnt = [
                regression.learn([1, 2, 3], response: bad), regression.learn([1, 2, 3], response: 1, weight: bad),
            ]
            #expect(learnt == [false, false])
        }
        #expect(regression.refusedRows == 15)
        expected.refusedRows = 15
        #expect(Self.bytes(regression) == Self.bytes(expected))
    }

    @Test func aDependentColumnGetsZeroAndLowersTheRank() {
        var regression = GivensRegression(columns: 4)
        var random = RepeatableGenerator(seed: 3)
        for _ in 0..<200 {
            let a = Double(random.below(1_000)) / 7
            let b = Double(random.below(1_000)) / 3
            let response = 2 + 3 * a - b
            regression.learn([1, a, 2 * a + 1, b], response: response)
        }
        #expect(regression.rank == 3)
        #expect(regression.independentColumns == [true, true, false, true])
        let coefficients = regression.coefficients
        #expect(coefficients[2] == 0)
        #expect(Self.digits(coefficients, [2, 3, 0, -1]) > 10)
        let errors = regression.standardErrors
        #expect(errors[2] == nil && errors[3] != nil)
        #expect(regression.degreesOfFreedom == 197)
    }

    @Test func anEmptyRegressionPredictsZero() {
        var regression = GivensRegression(columns: 3)
        #expect(regression.rank == 0 && regression.coefficients == [0, 0, 0])
        let row = [1.0, 2, 3]
        let predicted = regression.predict(row.span)
        #expect(predicted == 0)
        #expect(regression.standardErrors == [nil, nil, nil] && regression.residualStandardDeviation == nil)
    }

    @Test func ridgeEqualsItsNormalEquations() {
        let ridge = 0.7
        var regression = GivensRegression(columns: 3, ridge: ridge)
        // The pseudo-rows, written out: √κ·e_k for all but the intercept.
        var exact = ExactLeastSquares(columns: 3, lambda: 1)
        exact.add([0, ridge.squareRoot(), 0], 0)
        exact.add([0, 0, ridge.squareRoot()], 0)
        for k in 0..<30 {
            let row = [1, Double(k % 4), Double(k % 7) / 2]
            regression.learn(row, response: Double(k % 5))
            exact.add(row, Double(k % 5))
        }
        #expect(Self.digits(regression.coefficients, exact.coefficients) > 13)
        #expect(regression.rows == 30)
        // Without data the slopes are 0 and known, the intercept unknown.
        #expect(GivensRegression(columns: 3, ridge: 1).independentColumns == [false, true, true])
    }

    @Test func weightsCountLikeRepeatedRows() {
        var weighted = GivensRegression(columns: 2)
        var repeated = GivensRegression(columns: 2)
        for k in 0..<12 {
            let row = [1, Double(k)]
            weighted.learn(row, response: Double(k * k % 5), weight: Double(k % 3))
            for _ in 0..<(k % 3) { repeated.learn(row, response: Double(k * k % 5)) }
        }
        #expect(Self.digits(weighted.coefficients, repeated.coefficients) > 13)
    }

    /// Slow repetitions, wanted by hand only.
    static var isThorough: Bool { ProcessInfo.processInfo.environment["TAPEDECK_THOROUGH"] != nil }

    static func bytes(_ regression: GivensRegression) -> [UInt8] {
        var out = StateWriter()
        regression.encode(to: &out)
        return out.bytes
    }
}
