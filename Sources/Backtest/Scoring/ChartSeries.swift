/// A symbol's scored points drawn together in at most 160 buckets of equal count.
struct ChartSeries: Sendable {
    static let capacity = 160

    struct Bucket: Sendable {
        /// τ₀ of the bucket's last point, ms.
        var time: Int64 = 0
        var count = 0
        var low = Double.infinity
        var high = -Double.infinity
        /// The last actual price and its prediction.
        var actual = 0.0
        var predicted = 0.0
        /// Sums of |ε| of the model and of `last`.
        var modelError = NeumaierSum()
        var lastError = NeumaierSum()
    }

    private(set) var buckets: [Bucket] = []
    private let total: Int
    private let size: Int
    private var seen = 0

    /// - Parameter count: points to come; buckets depend on it alone.
    init(count: Int) {
        total = count
        size = max(1, min(Self.capacity, count))
    }

    mutating func add(_ point: ScoredPoint, predicted: Double) {
        // ⌊i·B/n⌋ in 128 bits: i·B may pass 2^63 only for absurd n, but costs nothing to exclude.
        let index = Int(Int128(seen) * Int128(size) / Int128(max(1, total)))
        seen += 1
        if index == buckets.count { buckets.append(Bucket()) }
        guard index < buckets.count else { return }
        buckets[index].time = point.time
        buckets[index].count += 1
        buckets[index].low = min(buckets[index].low, point.actual)
        buckets[index].high = max(buckets[index].high, point.actual)
        buckets[index].actual = point.actual
        buckets[index].predicted = predicted
        let move = point.move
        buckets[index].modelError.add((move - 1e4 * (predicted - point.origin) / point.origin).magnitude)
        buckets[index].lastError.add(move.magnitude)
    }
}
