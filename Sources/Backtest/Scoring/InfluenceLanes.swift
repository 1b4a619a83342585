/// The series whose long-run variances give bounds and tests, one lane each.
///
/// A bound follows by the delta method: to first order an estimate moves like the mean of its influence series, so its
/// standard error is that of the mean. Ratios are taken as such: MASE and directional accuracy are sums over some points
/// divided by a count of some points, and both vary.
struct InfluenceLanes: Sendable {
    static let absolute = 0
    static let square = 1
    static let absoluteBps = 2
    static let squareBps = 3
    static let relativeAbsolute = 4
    static let relativeSquare = 5
    static let scaled = 6
    static let direction = 7
    static let lossDifference = 8
    static let adjustedDifference = 9
    /// The four ratios again, about the value pooled over all symbols, of errors in bps.
    static let pooled = 10

    private let means: SIMD16<Double>
    private let ratios: (absolute: Double, square: Double, scaled: Double, direction: Double)
    private let pooledRatios: (absolute: Double, square: Double, scaled: Double, direction: Double)

    /// - Parameters:
    ///   - sums: a symbol's sums of the model.
    ///   - last: the symbol's sums of `last`.
    ///   - pooled: the model's sums over all symbols.
    ///   - pooledLast: the sums of `last` over all symbols.
    init(sums: ScoreSums, last: ScoreSums, pooled: ScoreSums, pooledLast: ScoreSums) {
        func ratio(_ a: Double, _ b: Double) -> Double { b > 0 ? a / b : 0 }
        let n = Double(sums.count)
        ratios = (
            ratio(sums.absolute, last.absolute), ratio(sums.square, last.square),
            ratio(sums.scaledAbsolute, Double(sums.scaled)), ratio(Double(sums.hits), Double(sums.moves))
        )
        pooledRatios = (
            ratio(pooled.absoluteBps, pooledLast.absoluteBps), ratio(pooled.squareBps, pooledLast.squareBps),
            ratio(pooled.scaledAbsolute, Double(pooled.scaled)), ratio(Double(pooled.hits), Double(pooled.moves))
        )
        var means = SIMD16<Double>()
        means[Self.absolute] = sums.absolute / n
        means[Self.square] = sums.square / n
        means[Self.absoluteBps] = sums.absoluteBps / n
        means[Self.squareBps] = sums.squareBps / n
        means[Self.lossDifference] = sums.lossDifference / n
        means[Self.adjustedDifference] = sums.adjustedDifference / n
        // Symbols are strata: each deviates about its own mean, not about the pooled one.
        means[Self.pooled] = (sums.absoluteBps - pooledRatios.absolute * last.absoluteBps) / n
        means[Self.pooled + 1] = (sums.squareBps - pooledRatios.square * last.squareBps) / n
        means[Self.pooled + 2] = (sums.scaledAbsolute - pooledRatios.scaled * Double(sums.scaled)) / n
        means[Self.pooled + 3] = (Double(sums.hits) - pooledRatios.direction * Double(sums.moves)) / n
        self.means = means
    }

    /// The deviations of one point.
    func deviations(_ point: ScoredPoint, predicted: Double) -> SIMD16<Double> {
        let e = (point.actual - predicted).magnitude
        let lastError = (point.actual - point.origin).magnitude
        let move = point.move
        let predictedMove = 1e4 * (predicted - point.origin) / point.origin
        let epsilon = (move - predictedMove).magnitude
        let hasScale = point.scale > 0 ? 1.0 : 0.0
        let scaled = point.scale > 0 ? e / point.scale : 0
        let moves = move != 0 && predictedMove != 0 ? 1.0 : 0.0
        let hit = moves != 0 && (move > 0) == (predictedMove > 0) ? 1.0 : 0.0
        let square = e * e
        let squareBps = epsilon * epsilon
        let lastSquareBps = move * move
        let values = SIMD16<Double>(
            e, square, epsilon, squareBps, e - ratios.absolute * lastError,
            square - ratios.square * lastError * lastError,
            scaled - ratios.scaled * hasScale, hit - ratios.direction * moves, squareBps - lastSquareBps,
            ClarkWest.adjustedDifference(actual: move, predicted: predictedMove),
            epsilon - pooledRatios.absolute * move.magnitude, squareBps - pooledRatios.square * lastSquareBps,
            scaled - pooledRatios.scaled * hasScale, hit - pooledRatios.direction * moves, 0, 0)
        return values - means
    }
}
