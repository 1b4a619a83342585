import Foundation
import Simulator
import Testing
import TradeModel

/// What the returns of a simulated market follow, measured by an independent regression (normal equations).
@Suite struct PlantedRelationTests {
    private struct Fit {
        var slopes: [Double]
        var errors: [Double]
        var residual: Double
    }

    /// Least squares of the next one-trade return on the last three, intercept included.
    private func fit(_ configuration: SimulatorConfiguration) throws -> Fit {
        var prices: [Double] = []
        for line in try SimulatedMarket(configuration) {
            guard case .trades(let trades) = line.content else { continue }
            for trade in trades {
                if case .codes(let codes) = trade.conditions, codes.contains("12") { continue }
                prices.append(trade.price.value)
            }
        }
        let returns = zip(prices, prices.dropFirst()).map { 1e4 * ($1 / $0 - 1) }
        var system = Array(repeating: Array(repeating: 0.0, count: 8), count: 4)
        var squares = 0.0
        for index in 3..<returns.count {
            let row = [1, returns[index - 1], returns[index - 2], returns[index - 3]]
            for i in 0..<4 {
                for k in 0..<4 { system[i][k] += row[i] * row[k] }
            }
            squares += returns[index] * returns[index]
        }
        var right = [0.0, 0, 0, 0]
        for index in 3..<returns.count {
            let row = [1, returns[index - 1], returns[index - 2], returns[index - 3]]
            for i in 0..<4 { right[i] += row[i] * returns[index] }
        }
        for i in 0..<4 { system[i][4 + i] = 1 }
        for pivot in 0..<4 {
            let scale = system[pivot][pivot]
            system[pivot] = system[pivot].map { $0 / scale }
            for other in 0..<4 where other != pivot {
                let factor = system[other][pivot]
                for k in 0..<8 { system[other][k] -= factor * system[pivot][k] }
            }
        }
        let beta = (0..<4).map { i in (0..<4).reduce(0.0) { $0 + system[i][4 + $1] * right[$1] } }
        let explained = zip(beta, right).reduce(0.0) { $0 + $1.0 * $1.1 }
        let variance = (squares - explained) / Double(returns.count - 7)
        return Fit(
            slopes: Array(beta[1...]), errors: (1..<4).map { (variance * system[$0][4 + $0]).squareRoot() },
            residual: variance.squareRoot())
    }

    @Test(arguments: [
        ([0.3, -0.2, 0.1], SimulatedConditions.null, 1.0), ([-0.4, 0.05, 0.25], .stock, 3.0),
        ([0.0, 0.0, 0.0], .null, 0.5),
    ])
    func aRegressionFindsTheCoefficients(planted: [Double], conditions: SimulatedConditions, volatility: Double) throws
    {
        var configuration = SimulatorConfiguration()
        configuration.trades = 40_000
        configuration.priceDecimals = 9
        configuration.relation = planted
        configuration.conditions = conditions
        configuration.volatility = volatility
        let fit = try fit(configuration)
        for index in 0..<3 {
            let distance = abs(fit.slopes[index] - planted[index]) / fit.errors[index]
            #expect(distance < 3, "coefficient \(index): \(fit.slopes[index]) planted as \(planted[index])")
        }
        #expect(fit.errors.allSatisfy { $0 < 0.01 })
        #expect(abs(fit.residual / volatility - 1) < 0.02)
    }

    @Test func bounceShowsAsNegativeCorrelation() throws {
        var configuration = SimulatorConfiguration()
        configuration.priceDecimals = 9
        configuration.volatility = 0.5
        configuration.bounce = 4
        #expect(try fit(configuration).slopes[0] < -0.5)
    }
}
