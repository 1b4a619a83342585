/// γ₀ + 2 Σ_{k<q} γ_k over a series that passes once: the variance of the original Diebold–Mariano paper.
///
/// O(n·q) time, O(q) memory.
struct AutocovarianceSum: Sendable {
    private var ring: [Double]
    private var position = 0
    private var products = NeumaierSum()
    private var count = 0

    /// - Parameter lags: q−1.
    init(lags: Int) { ring = [Double](repeating: 0, count: lags) }

    /// Adds the next point, the mean already subtracted.
    mutating func add(_ x: Double) {
        count += 1
        products.add(x * x)
        for earlier in ring { products.add(2 * x * earlier) }
        guard !ring.isEmpty else { return }
        ring[position] = x
        position = (position + 1) % ring.count
    }

    /// The variance of the mean; may be negative.
    var variance: Double { products.value / (Double(count) * Double(count)) }
}
