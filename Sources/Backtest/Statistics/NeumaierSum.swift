/// A sum that carries the rounding error of each addition along (Neumaier 1974).
///
/// Losses differ by many orders of magnitude, and a report must not depend on how long the tape is. The error term is
/// found by Knuth's branch-free TwoSum, which is exact, as Neumaier's branch is: both give the same bits.
public struct NeumaierSum: Sendable, Equatable {
    private var sum = 0.0
    private var compensation = 0.0

    /// Starts at zero.
    public init() {}

    /// Adds a number.
    public mutating func add(_ x: Double) {
        let total = sum + x
        let shadow = total - sum
        compensation += (sum - (total - shadow)) + (x - shadow)
        sum = total
    }

    /// The sum so far.
    public var value: Double { sum + compensation }
}

/// Eight Neumaier sums side by side.
///
/// One vector operation serves eight losses of a point: scoring stays cheaper than forecasting.
struct NeumaierSums8: Sendable, Equatable {
    private var sum = SIMD8<Double>()
    private var compensation = SIMD8<Double>()

    mutating func add(_ x: SIMD8<Double>) {
        let total = sum + x
        let shadow = total - sum
        compensation += (sum - (total - shadow)) + (x - shadow)
        sum = total
    }

    /// Adds other sums, with what they carried along.
    mutating func merge(_ other: NeumaierSums8) {
        add(other.sum)
        add(other.compensation)
    }

    subscript(index: Int) -> Double { sum[index] + compensation[index] }
}
