/// The lags of heteroskedasticity and autocorrelation consistent (HAC) variances.
public enum HACLags {
    /// max(q−1, smallest M with M³ ≥ n).
    ///
    /// In integers: the floating-point cube root of 27, 64 or 1,000 may fall on either side.
    ///
    /// - Parameters:
    ///   - count: n, points in the series.
    ///   - overlap: q, largest number of horizons that overlap.
    /// - Returns: M.
    public static func count(for count: Int, overlap: Int) -> Int {
        var root = 0
        while root * root * root < count { root += 1 }
        return max(overlap - 1, root)
    }
}

/// Long-run variances of the means of several series at once, with Bartlett's weights (Newey and West 1987), in one pass.
///
/// Bartlett's weights are the autocorrelation of a box: Σ_{|k|≤M} (1−|k|/(M+1)) Σ_t x_t x_{t−k} is the sum of the
/// squares of all moving sums of M+1 values, with zeros before and after the series, divided by M+1. That is exact, costs
/// O(n) whatever M is, and cannot turn negative. The moving sums carry their rounding errors along (TwoSum), so that
/// twenty million additions and subtractions leave no trace.
struct BartlettVariance: Sendable {
    /// One lane per series.
    typealias Lanes = SIMD16<Double>

    private var ring: [Lanes]
    private var position = 0
    private var window: Lanes = Lanes()
    private var windowError: Lanes = Lanes()
    private var squares: Lanes = Lanes()
    private var squaresError: Lanes = Lanes()
    private var count = 0

    /// - Parameter lags: M; lags at or beyond the series' length have no covariance.
    init(lags: Int) {
        ring = [Lanes](repeating: Lanes(), count: lags + 1)
    }

    /// Adds the next point of each series, its mean already subtracted.
    mutating func add(_ x: Lanes) {
        count += 1
        push(x)
    }

    /// Adds the next point where there are but one or two series.
    mutating func add(first: Double, second: Double = 0) {
        var lanes = Lanes()
        lanes[0] = first
        lanes[1] = second
        add(lanes)
    }

    /// Ends the series.
    ///
    /// - Returns: V, the estimated variance of each series' mean.
    consuming func finish() -> Lanes {
        for _ in 1..<ring.count { push(Lanes()) }
        let n = Double(count)
        return (squares + squaresError) / Lanes(repeating: n * n * Double(ring.count))
    }

    private mutating func push(_ x: Lanes) {
        let old = ring[position]
        ring[position] = x
        position += 1
        if position == ring.count { position = 0 }
        Self.accumulate(x, &window, &windowError)
        Self.accumulate(Lanes() - old, &window, &windowError)
        let sum = window + windowError
        Self.accumulate(sum * sum, &squares, &squaresError)
    }

    @inline(__always)
    private static func accumulate(_ x: Lanes, _ sum: inout Lanes, _ error: inout Lanes) {
        let total = sum + x
        let shadow = total - sum
        error += (sum - (total - shadow)) + (x - shadow)
        sum = total
    }
}
