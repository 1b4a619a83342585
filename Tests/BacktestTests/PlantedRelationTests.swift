import Foundation
import Simulator
import Testing

@testable import Backtest

/// A backtest must find a relation that is there, and must not find one that is not.
@Suite struct PlantedRelationTests {
    static let relation = [0.35, -0.2, 0.1]

    /// Prices with nine decimals, no bounce: features 2 to 4 see the planted returns undisturbed.
    static func market(_ relation: [Double], seed: UInt64) -> (inout SimulatorConfiguration) -> Void {
        {
            $0.symbols = ["SIM:A"]
            $0.trades = 12_000
            $0.seed = seed
            $0.priceDecimals = 9
            $0.bounce = 0
            $0.volatility = 2
            $0.relation = relation
        }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func aPlantedRelationIsFound(seed: UInt64) throws {
        let folder = try TapeFolder()
        let report = try backtest(try folder.simulate("planted", configure: Self.market(Self.relation, seed: seed)))
        let symbol = try #require(report.symbols.first)
        for (index, planted) in Self.relation.enumerated() {
            let coefficient = symbol.coefficients[index + 1]
            let error = try #require(coefficient.standardError)
            #expect(
                (coefficient.value - planted).magnitude <= 3 * error,
                "seed \(seed): \(coefficient.name) \(coefficient.value) ± \(error), planted \(planted)")
            #expect(error < 0.05, "an error bar this wide would contain anything")
        }
        let score = symbol.scores[0]
        #expect(try #require(score[.mase].value) < 1)
        #expect(try #require(score[.r2OOS].low) > 0)
        #expect(score.verdict == .better)
        #expect(try #require(score[.relmae].high) < 1)
        #expect(try #require(score[.da].low) > 0.5)
        #expect(try #require(score.clarkWest).pValue < 1e-6)
    }

    @Test(arguments: [UInt64(11), 12, 13, 14, 15, 16])
    func aRandomWalkIsNotPredicted(seed: UInt64) throws {
        let folder = try TapeFolder()
        let report = try backtest(try folder.simulate("walk", configure: Self.market([0, 0, 0], seed: seed)))
        let score = try #require(report.symbols.first?.scores.first)
        let low = try #require(score[.r2OOS].low)
        #expect(low <= 0, "seed \(seed)")
        let test = try #require(score.dieboldMariano)
        #expect(!(test.pValue < 0.05 && test.mean < 0), "seed \(seed): p \(test.pValue), mean \(test.mean)")
        #expect(score.verdict != .better)
    }
}
