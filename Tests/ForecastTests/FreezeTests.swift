import Testing

@testable import Forecast

/// Property 6 of backtest.md, section 10: what forgetting does while nothing moves, and after.
@Suite struct FreezeTests {
    private static let moving = 2_000

    /// A regression that has seen movement, and the last rows of it.
    private func moved(_ lambda: Double) -> GivensRegression {
        var regression = GivensRegression(columns: 4, lambda: lambda)
        for (row, response) in GivensRegressionTests.levelRows(
            GivensRegressionTests.ticks(Self.moving, bounce: true, seed: 8))
        {
            regression.learn(row, response: response)
        }
        return regression
    }

    @Test(arguments: [0.99, 0.999])
    func aMillionConstantPricesLeaveAStateThatIsNormalAndAtRest(_ lambda: Double) {
        var regression = moved(lambda)
        let row: [Double] = [1, 3, 3, 3]
        var at100k: [Double] = []
        var learnt = 0
        var isNormal = true
        // Once a row leaves the state as it was but for the counts, the rest of the million would too.
        while learnt < 1_000_000 {
            for _ in 0..<1_000 { regression.learn(row, response: 3) }
            learnt += 1_000
            isNormal = isNormal && Self.isNormal(regression)
            if learnt == 100_000 { at100k = regression.coefficients }
            var same = regression
            same.learn(row, response: 3)
            same.rows = regression.rows
            same.floorBindings = regression.floorBindings
            let now = GivensRegressionTests.bytes(regression)
            if learnt >= 100_000, GivensRegressionTests.bytes(same) == now { break }
        }
        // On the way too: a number that underflows passes through the subnormal ones.
        #expect(isNormal)
        print("λ \(lambda): at rest after \(learnt) constant prices, the floor bound \(regression.floorBindings) times")
        #expect(regression.floorBindings > 0)
        for (now, then) in zip(regression.coefficients, at100k) {
            #expect(abs(now - then) <= 1e-9 * max(abs(then), 1e-6))
        }
        let predicted = regression.predict(row.span)
        #expect(predicted.isFinite)
    }

    private static func isNormal(_ regression: GivensRegression) -> Bool {
        let numbers = [regression.sse] + regression.d + regression.theta + regression.r + regression.energy
        return numbers.allSatisfy { $0.isFinite && !$0.isSubnormal }
    }

    @Test(arguments: [0.99, 0.999])
    func noSingleRowTakesOverAfterAPause(_ lambda: Double) {
        var regression = moved(lambda)
        for _ in 0..<20_000 { regression.learn([1, 3, 3, 3], response: 3) }
        // A row of ordinary size has a gain of at most ½ in any direction: D + g is at most twice D before it.
        let memory = 1 / (1 - lambda)
        let limits = zip(regression.energy, regression.excitations).map { $0 * min($1, memory) / 16 }
        for (row, response) in GivensRegressionTests.levelRows(
            GivensRegressionTests.ticks(400, bounce: true, seed: 21).map { $0 + 3 })
        {
            let before = regression.d
            regression.learn(row, response: response)
            for i in 0..<4 {
                let decayed = max(lambda * before[i], min(before[i], limits[i]))
                let gain = regression.d[i] - decayed
                if gain <= limits[i] { #expect(gain <= decayed * (1 + 1e-12), "direction \(i)") }
            }
            #expect(regression.coefficients.allSatisfy { $0.isFinite && abs($0) < 1e6 })
            break
        }
    }

    @Test(arguments: [0.99, 0.999])
    func theFirstRowsAfterAPauseAreAsGoodAsWithoutIt(_ lambda: Double) {
        var ratios: [Double] = []
        for seed in 1...5 as ClosedRange<UInt64> {
            var paused = moved(lambda)
            var unpaused = paused
            for _ in 0..<20_000 { paused.learn([1, 3, 3, 3], response: 3) }
            var errors = (paused: 0.0, unpaused: 0.0)
            let prices = GivensRegressionTests.ticks(54, bounce: true, seed: 100 + seed).map { $0 + 3 }
            for (row, response) in GivensRegressionTests.levelRows(prices).prefix(50) {
                let first = response - paused.predict(row.span)
                let second = response - unpaused.predict(row.span)
                errors.paused += first * first
                errors.unpaused += second * second
                paused.learn(row, response: response)
                unpaused.learn(row, response: response)
            }
            ratios.append((errors.paused / errors.unpaused).squareRoot())
        }
        print("λ \(lambda): RMSE after the pause against without: \(ratios.sorted())")
        #expect(ratios.sorted()[2] < 1.10)
        #expect(ratios.allSatisfy { $0 < 1.5 })
    }

    @Test func aFadingResidualSumEndsAtZeroAndIsNeverSubnormal() {
        var regression = GivensRegression(columns: 2, lambda: 0.5)
        for k in 0..<8 { regression.learn([1, Double(k)], response: Double(k * k)) }
        #expect(regression.sse > 0)
        // Rows that say nothing: only the decay acts, a factor of 2 each.
        for _ in 0..<1_200 {
            regression.learn([0, 0], response: 0)
            #expect(Self.isNormal(regression))
        }
        #expect(regression.sse == 0)
    }

    @Test func whileAllDirectionsAreExcitedTheFloorChangesNothing() {
        // The coefficients of plain forgetting, from the exact side, are met by forgettingKeepsThirteenDigits; here the
        // floor must stay out of the way altogether.
        let regression = moved(0.998)
        #expect(Double(regression.floorBindings) < 0.005 * Double(regression.rows * 4))
    }
}
