extension GivensRegression {
    /// The least-squares coefficients; 0 for a column that depends on those before it.
    ///
    /// - Complexity: O(`columns`²).
    public var coefficients: [Double] {
        var copy = self
        copy.solve()
        return copy.solution
    }

    /// How many columns are independent by the rule of AS 274.
    public var rank: Int { independentColumns.count { $0 } }

    /// Which columns count as independent: √D at least 1e-12 of the column's sum (AS 274), and above 0.
    public var independentColumns: [Bool] {
        let tolerances = columnSums
        return (0..<columns).map { !Self.isDependent(root: d[$0].squareRoot(), sum: tolerances[$0]) }
    }

    /// The residual sum of squares, with what the dependent columns would have explained.
    public var residualSumOfSquares: Double {
        let independent = independentColumns
        return (0..<columns).reduce(sse) { independent[$1] ? $0 : $0 + d[$1] * (theta[$1] * theta[$1]) }
    }

    /// Rows minus rank.
    public var degreesOfFreedom: Int64 { rows - Int64(rank) }

    /// The residual standard deviation; nil without degrees of freedom.
    public var residualStandardDeviation: Double? {
        degreesOfFreedom > 0 ? (residualSumOfSquares / Double(degreesOfFreedom)).squareRoot() : nil
    }

    /// The coefficients' standard errors; nil for a dependent column or without degrees of freedom.
    ///
    /// - Complexity: O(`columns`³).
    public var standardErrors: [Double?] {
        let covariance = covariance
        return (0..<columns).map { i in covariance.map { $0[i][i].squareRoot() } ?? nil }
            .enumerated().map { independentColumns[$0.offset] ? $0.element : nil }
    }

    /// The coefficients' covariance matrix s²·(R'DR)⁻¹, zero for dependent columns; nil without degrees of freedom.
    ///
    /// - Complexity: O(`columns`³).
    public var covariance: [[Double]]? {
        guard let deviation = residualStandardDeviation else { return nil }
        let variance = deviation * deviation
        let independent = independentColumns
        let inverse = inverseTriangle(independent)
        return (0..<columns).map { i in
            (0..<columns).map { j in
                var sum = 0.0
                for k in max(i, j)..<columns where independent[k] { sum += inverse[i][k] * inverse[j][k] / d[k] }
                return variance * sum
            }
        }
    }

    /// The prediction for a row of regressors, by the present coefficients.
    ///
    /// - Complexity: O(`columns`²), without allocation.
    mutating func predict(_ row: Span<Double>) -> Double {
        precondition(row.count == columns, "a row has one value per regressor")
        solve()
        let beta = solution.span
        var sum = 0.0
        for i in 0..<row.count { sum += beta[i] * row[i] }
        return sum
    }

    /// Solves R·β = θ from the last column up, into `solution`.
    mutating func solve() {
        Self.solve(d: d, theta: theta, r: r, sums: &work, beta: &solution)
    }

    private static func solve(
        d: [Double], theta: [Double], r: [Double], sums: inout [Double], beta: inout [Double]
    ) {
        let d = d.span
        let theta = theta.span
        let r = r.span
        let p = d.count
        var sums = sums.mutableSpan
        var beta = beta.mutableSpan
        // √D first stands in β; the sums are those of AS 274, rows in order.
        for i in 0..<p {
            beta[i] = d[i].squareRoot()
            sums[i] = beta[i]
        }
        var place = 0
        for i in 0..<p {
            let root = beta[i]
            var k = i &+ 1
            while k < p {
                sums[k] += r[place].magnitude * root
                k &+= 1
                place &+= 1
            }
        }
        for i in stride(from: p - 1, through: 0, by: -1) {
            var k = p
            var sum = theta[i]
            while k > i &+ 1 {
                k &-= 1
                place &-= 1
                sum -= r[place] * beta[k]
            }
            beta[i] = isDependent(root: beta[i], sum: sums[i]) ? 0 : sum
        }
    }

    @inline(__always)
    private static func isDependent(root: Double, sum: Double) -> Bool { root < 1e-12 * sum || root == 0 }

    private var columnSums: [Double] {
        var sums = d.map { $0.squareRoot() }
        for i in 0..<columns {
            for k in (i + 1)..<max(i + 1, columns) { sums[k] += r[place(i, k)].magnitude * d[i].squareRoot() }
        }
        return sums
    }

    /// The inverse of R over the independent columns.
    private func inverseTriangle(_ independent: [Bool]) -> [[Double]] {
        var inverse = [[Double]](repeating: Array(repeating: 0, count: columns), count: columns)
        for k in 0..<columns where independent[k] {
            inverse[k][k] = 1
            for i in stride(from: k - 1, through: 0, by: -1) where independent[i] {
                var sum = 0.0
                for j in (i + 1)...k where independent[j] { sum -= r[place(i, j)] * inverse[j][k] }
                inverse[i][k] = sum
            }
        }
        return inverse
    }

    /// Where R[i, k] stands, k > i.
    private func place(_ i: Int, _ k: Int) -> Int { i * (2 * columns - i - 1) / 2 + k - i - 1 }
}
