import Testing

@testable import Forecast

@Suite struct Log1pTests {
    @Test func theErrorStaysBelowOneUnitInTheLastPlace() {
        var worst = 0.0
        for value in Log1pValues.all {
            let x = Double(bitPattern: value.x)
            let nearest = Double(bitPattern: value.nearest)
            let found = ForecastMath.log1p(x)
            let error = abs((found - nearest) - Double(bitPattern: value.rest)) / nearest.ulp
            if error > worst { worst = error }
            #expect(error < 1, "log1p(\(x)) is \(found), not \(nearest): \(error) ulp")
        }
        print("log1p: \(worst) ulp at worst over \(Log1pValues.all.count) values")
    }

    @Test func theEdgesOfTheDomainAreExact() {
        #expect(ForecastMath.log1p(0) == 0)
        #expect(ForecastMath.log1p(.infinity) == .infinity)
        #expect(ForecastMath.log1p(-0.5).isNaN)
        #expect(ForecastMath.log1p(.nan).isNaN)
    }

    @Test func neighboursKeepTheirOrder() {
        // The two branches meet at √2 − 1 and at every power of two: a jump would show as a step back.
        for centre in [0.4142135623730951, 1, 1.8284271247461903, 3, 1e6, 0x1p53] as [Double] {
            var x = centre
            for _ in 0..<200 { x = x.nextDown }
            var before = ForecastMath.log1p(x)
            for _ in 0..<400 {
                x = x.nextUp
                let next = ForecastMath.log1p(x)
                #expect(next >= before - before.ulp)
                before = next
            }
        }
    }
}
