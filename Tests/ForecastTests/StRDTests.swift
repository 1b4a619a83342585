import Forecast
import Testing

/// The gates of backtest.md, section 10.
@Suite struct StRDTests {
    struct Gate: CustomTestStringConvertible {
        var set: String
        var coefficients: Double
        /// Digits of standard errors and residual deviation; nil for the exact fits, gated absolutely.
        var deviations: Double?
        var residual = 0.0
        /// Nil where co-moments do not apply, or must report that they cannot.
        var coMoments: Double?
        var testDescription: String { self.set }
    }

    static let gates = [
        Gate(set: "Norris", coefficients: 11.5, deviations: 13, coMoments: 12),
        Gate(set: "Pontius", coefficients: 11.5, deviations: 13, coMoments: 11),
        Gate(set: "NoInt1", coefficients: 14, deviations: 14),
        Gate(set: "NoInt2", coefficients: 14, deviations: 14),
        Gate(set: "Longley", coefficients: 12.5, deviations: 13.5, coMoments: 11),
        Gate(set: "Wampler1", coefficients: 9, residual: 1e-9, coMoments: 5.5),
        Gate(set: "Wampler2", coefficients: 12, residual: 1e-13, coMoments: 5.5),
        Gate(set: "Wampler3", coefficients: 9, deviations: 13.5, coMoments: 5.5),
        Gate(set: "Wampler4", coefficients: 8, deviations: 13.5, coMoments: 5.5),
        Gate(set: "Wampler5", coefficients: 6, deviations: 13.5, coMoments: 5.5),
        Gate(set: "Filip", coefficients: 7, deviations: 7),
    ]

    @Test(arguments: gates)
    func aCertifiedSetIsReachedToItsGate(_ gate: Gate) throws {
        let set = try StRDSet.load(gate.set)
        let rows = set.rows
        var regression = GivensRegression(columns: set.certifiedCoefficients.count)
        for (row, response) in zip(rows, set.y) { regression.learn(row, response: response) }
        #expect(regression.rank == regression.columns)
        let digits = StRDSet.digits(regression.coefficients, set.certifiedCoefficients)
        let residual = try #require(regression.residualStandardDeviation)
        let errors = try regression.standardErrors.map { try #require($0) }
        let deviations = min(
            StRDSet.digits(errors, set.certifiedStandardDeviations),
            StRDSet.digits(residual, set.certifiedResidualStandardDeviation))
        print("StRD \(gate.set): coefficients \(digits), deviations \(deviations), residual \(residual)")
        #expect(digits >= gate.coefficients)
        if let wanted = gate.deviations {
            #expect(deviations >= wanted)
        } else {
            #expect(set.certifiedResidualStandardDeviation == 0)
            #expect(residual <= gate.residual)
        }
    }

    @Test(arguments: gates.filter { !$0.set.hasPrefix("NoInt") })
    func coMomentsAgreeOrReportIllConditioning(_ gate: Gate) throws {
        let set = try StRDSet.load(gate.set)
        var moments = CoMoments(columns: set.certifiedCoefficients.count - 1)
        for (row, response) in zip(set.rows, set.y) { moments.add(Array(row.dropFirst()), response) }
        guard let wanted = gate.coMoments else {
            #expect(moments.coefficients == nil)
            return
        }
        let found = try #require(moments.coefficients)
        let digits = StRDSet.digits(found, set.certifiedCoefficients)
        print("StRD \(gate.set): co-moments \(digits)")
        #expect(digits >= wanted)
    }
}
