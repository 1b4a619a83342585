/// The test of equal accuracy of two forecasts by Diebold and Mariano (1995), corrected for small samples by Harvey,
/// Leybourne and Newbold (1997).
public struct DieboldMariano: Sendable, Equatable {
    /// How the variance of the mean loss difference is estimated.
    public enum Variance: String, Sendable, CaseIterable {
        /// Bartlett's weights over max(q−1, ⌈∛n⌉) lags: never negative.
        case bartlett
        /// The truncated autocovariances of the original paper, q−1 lags: may be negative, then undefined.
        case acf
    }

    /// Why there is no statistic.
    public enum Undefined: String, Error, Sendable {
        /// n < 2, or the horizons that overlap are as many as the points.
        case tooFewPoints = "too-few-points"
        /// The variance is 0, negative or rounding dust.
        case nonPositiveVariance = "non-positive-variance"
    }

    /// Points.
    public var count: Int
    /// q, the largest number of horizons that overlap.
    public var overlap: Int
    /// M, lags of the variance.
    public var lags: Int
    /// d̄: negative favours the first forecast.
    public var mean: Double
    /// V, the variance of d̄.
    public var variance: Double
    /// DM = d̄/√V.
    public var uncorrected: Double
    /// DM*, after Harvey, Leybourne and Newbold.
    public var statistic: Double
    /// Two-sided, Student t with n−1 degrees.
    public var pValue: Double

    /// The test, given the mean of the differences and its variance.
    ///
    /// - Parameters:
    ///   - count: n.
    ///   - overlap: q.
    ///   - lags: M.
    ///   - mean: d̄.
    ///   - variance: V.
    ///   - largest: max|d|, below whose rounding errors a variance counts as 0.
    /// - Throws: `Undefined`.
    public init(
        count: Int, overlap: Int, lags: Int, mean: Double, variance: Double, largest: Double
    ) throws(Undefined) {
        guard count >= 2, overlap < count else { throw .tooFewPoints }
        let dust = 16 * Double.ulpOfOne * largest
        guard variance > dust * dust else { throw .nonPositiveVariance }
        let n = Double(count)
        let q = Double(overlap)
        self.count = count
        self.overlap = overlap
        self.lags = lags
        self.mean = mean
        self.variance = variance
        uncorrected = mean / variance.squareRoot()
        statistic = uncorrected * Self.correction(n: n, q: q)
        pValue = Distribution.studentTwoSided(statistic, degrees: n - 1)
    }

    /// The test over a series held in memory.
    ///
    /// - Parameters:
    ///   - differences: d_t, loss of the first forecast less loss of the second, sorted by origin.
    ///   - overlap: q.
    ///   - variance: which estimate.
    ///   - lags: M, where the rule is not to choose it.
    /// - Throws: `Undefined`.
    public init(
        _ differences: [Double], overlap: Int, variance: Variance = .bartlett, lags: Int? = nil
    ) throws(Undefined) {
        let n = differences.count
        guard n >= 2, overlap < n else { throw .tooFewPoints }
        let mean = differences.mean
        let largest = differences.reduce(0) { max($0, $1.magnitude) }
        switch variance {
        case .bartlett:
            let lags = lags ?? HACLags.count(for: n, overlap: overlap)
            var sums = BartlettVariance(lags: lags)
            for d in differences { sums.add(first: d - mean) }
            try self.init(
                count: n, overlap: overlap, lags: lags, mean: mean, variance: sums.finish()[0],
                largest: largest)
        case .acf:
            var sums = AutocovarianceSum(lags: overlap - 1)
            for d in differences { sums.add(d - mean) }
            try self.init(
                count: n, overlap: overlap, lags: overlap - 1, mean: mean, variance: sums.variance, largest: largest)
        }
    }

    /// √((n+1−2q+q(q−1)/n)/n).
    static func correction(n: Double, q: Double) -> Double {
        ((n + 1 - 2 * q + q * (q - 1) / n) / n).squareRoot()
    }
}

extension [Double] {
    /// The mean, summed without loss.
    var mean: Double {
        var sum = NeumaierSum()
        for x in self { sum.add(x) }
        return sum.value / Double(count)
    }
}
