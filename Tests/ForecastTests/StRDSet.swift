import Foundation
import Testing

/// A linear set of the NIST Statistical Reference Datasets, as in `Fixtures/nist-strd`.
struct StRDSet: Decodable {
    var name: String
    var intercept: Bool
    var degree: Int
    var x: [String: [Double]]
    var y: [Double]
    var certifiedCoefficients: [Double]
    var certifiedStandardDeviations: [Double]
    var certifiedResidualStandardDeviation: Double

    static func load(_ name: String) throws -> StRDSet {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appendingPathComponent("Fixtures/nist-strd/\(name).json")
        return try JSONDecoder().decode(StRDSet.self, from: Data(contentsOf: file))
    }

    /// The regressors of each row; powers by repeated multiplication.
    var rows: [[Double]] {
        let columns = x.keys.sorted().compactMap { x[$0] }
        return (0..<y.count).map { row in
            var values = intercept ? [1.0] : []
            if degree > 1 {
                var power = 1.0
                for _ in 0..<degree {
                    power *= columns[0][row]
                    values.append(power)
                }
            } else {
                values += columns.map { $0[row] }
            }
            return values
        }
    }

    /// The number of right digits: min(15, −log₁₀ of the relative error; the absolute one where 0 is certified).
    static func digits(_ value: Double, _ certified: Double) -> Double {
        let error = abs(value - certified)
        guard error > 0 else { return 15 }
        return min(15, -log10(certified == 0 ? error : error / abs(certified)))
    }

    /// The least number of right digits over pairs.
    static func digits(_ values: [Double], _ certified: [Double]) -> Double {
        zip(values, certified).map { digits($0, $1) }.min() ?? 0
    }
}
