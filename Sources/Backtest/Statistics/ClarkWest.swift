/// The test of equal accuracy of nested models by Clark and West (2007).
///
/// A regression nests "the price stays": under that hypothesis its estimation noise makes its squared error larger, and
/// Diebold–Mariano is too timid. Clark–West takes the noise, (ŷ₁−ŷ₂)², out again.
public struct ClarkWest: Sendable, Equatable {
    /// f̄: positive speaks for the larger model.
    public var mean: Double
    /// The HAC t statistic.
    public var statistic: Double
    /// One-sided, normal.
    public var pValue: Double

    /// The adjusted loss difference of one point, where the smaller model says "no change".
    ///
    /// - Parameters:
    ///   - actual: r, actual return.
    ///   - predicted: r̂ of the larger model.
    /// - Returns: f = e₁² − (e₂² − (ŷ₁−ŷ₂)²).
    public static func adjustedDifference(actual: Double, predicted: Double) -> Double {
        let error = actual - predicted
        return actual * actual - (error * error - predicted * predicted)
    }

    /// The test, given the mean of f and its HAC variance.
    ///
    /// - Parameters:
    ///   - count: n.
    ///   - mean: f̄.
    ///   - variance: V of f̄.
    ///   - largest: max|f|.
    /// - Throws: `DieboldMariano.Undefined`.
    public init(count: Int, mean: Double, variance: Double, largest: Double) throws(DieboldMariano.Undefined) {
        guard count >= 2 else { throw .tooFewPoints }
        let dust = 16 * Double.ulpOfOne * largest
        guard variance > dust * dust else { throw .nonPositiveVariance }
        self.mean = mean
        statistic = mean / variance.squareRoot()
        pValue = Distribution.normalUpper(statistic)
    }

    /// The test over a series held in memory.
    ///
    /// - Parameters:
    ///   - adjusted: f_t, sorted by origin.
    ///   - lags: M of the HAC variance.
    /// - Throws: `DieboldMariano.Undefined`.
    public init(_ adjusted: [Double], lags: Int) throws(DieboldMariano.Undefined) {
        let mean = adjusted.mean
        var sums = BartlettVariance(lags: lags)
        for f in adjusted { sums.add(first: f - mean) }
        try self.init(
            count: adjusted.count, mean: mean, variance: sums.finish()[0],
            largest: adjusted.reduce(0) { max($0, $1.magnitude) })
    }
}
