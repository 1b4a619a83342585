/// Least squares the other way, as an independent check: centred co-moments (Welford) and Cholesky.
struct CoMoments {
    private var count = 0.0
    private var means: [Double]
    private var moments: [[Double]]

    /// For rows of `columns` regressors after the intercept, and the response.
    init(columns: Int) {
        means = Array(repeating: 0, count: columns + 1)
        moments = Array(repeating: means, count: columns + 1)
    }

    mutating func add(_ row: [Double], _ response: Double) {
        count += 1
        let values = row + [response]
        let before = zip(values, means).map { $0 - $1 }
        for i in 0..<values.count { means[i] += before[i] / count }
        for i in 0..<values.count {
            for j in 0...i { moments[i][j] += before[i] * (values[j] - means[j]) }
        }
    }

    /// Intercept and slopes; nil if ill-conditioned: a pivot is below 1e-11 of its diagonal, so that at most five of
    /// sixteen digits are left.
    var coefficients: [Double]? {
        let p = means.count - 1
        var l = [[Double]](repeating: Array(repeating: 0, count: p), count: p)
        for i in 0..<p {
            for j in 0...i {
                var sum = moments[i][j]
                for k in 0..<j { sum -= l[i][k] * l[j][k] }
                if i == j {
                    guard sum > Self.tolerance * moments[i][i] else { return nil }
                    l[i][i] = sum.squareRoot()
                } else {
                    l[i][j] = sum / l[j][j]
                }
            }
        }
        var z = Array(moments[p][0..<p])
        for i in 0..<p {
            for k in 0..<i { z[i] -= l[i][k] * z[k] }
            z[i] /= l[i][i]
        }
        for i in stride(from: p - 1, through: 0, by: -1) {
            for k in (i + 1)..<max(i + 1, p) { z[i] -= l[k][i] * z[k] }
            z[i] /= l[i][i]
        }
        var intercept = means[p]
        for i in 0..<p { intercept -= z[i] * means[i] }
        return [intercept] + z
    }

    private static let tolerance = 1e-11
}
