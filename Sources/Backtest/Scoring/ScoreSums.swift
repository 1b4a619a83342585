import Forecast

/// One scored point, without the forecasts.
struct ScoredPoint: Sendable {
    /// τ₀, ms.
    var time: Int64
    /// p₀.
    var origin: Double
    /// y.
    var actual: Double
    /// d_j; 0: undefined.
    var scale: Double
    /// D_j; 0: undefined.
    var squareScale: Double

    /// Actual return, bps.
    var move: Double { 1e4 * (actual - origin) / origin }
}

/// The running sums of one model's losses over a symbol, or over all symbols.
struct ScoreSums: Sendable {
    var count = 0
    var scaled = 0
    var squareScaled = 0
    var intervals = 0
    var covered = 0
    /// Points where both moves are not 0, and those among them with the same sign.
    var moves = 0
    var hits = 0
    var zeroPredicted = 0
    var zeroActual = 0
    var hasFailed = false
    var largest = 0.0
    var largestBps = 0.0
    /// max|d| of Diebold–Mariano, max|f| of Clark–West: what rounding dust is measured by.
    var largestDifference = 0.0
    var largestAdjusted = 0.0
    // bias, |e|, e², and the same in bps, |e|/|y|, symmetric.
    private var losses = NeumaierSums8()
    // |e|/d, e²/D, width, Winkler, the same two in bps, d of Diebold–Mariano, f of Clark–West.
    private var derived = NeumaierSums8()

    /// Adds a point.
    ///
    /// - Parameters:
    ///   - point: the point.
    ///   - forecast: this model's forecast.
    ///   - alpha: 1 less the interval's level.
    mutating func add(_ point: ScoredPoint, _ forecast: ModelForecast, alpha: Double) {
        guard let predicted = forecast.predicted else {
            hasFailed = true
            return
        }
        count += 1
        let y = point.actual
        let e = y - predicted
        let size = e.magnitude
        let move = point.move
        let predictedMove = 1e4 * (predicted - point.origin) / point.origin
        let epsilon = move - predictedMove
        let spread = y.magnitude + predicted.magnitude
        losses.add(
            SIMD8(
                -e, size, e * e, -epsilon, epsilon.magnitude, epsilon * epsilon, 100 * (size / y.magnitude),
                spread == 0 ? 0 : 200 * size / spread))
        largest = max(largest, size)
        largestBps = max(largestBps, epsilon.magnitude)
        if move == 0 { zeroActual += 1 }
        if predictedMove == 0 { zeroPredicted += 1 }
        if move != 0, predictedMove != 0 {
            moves += 1
            if (move > 0) == (predictedMove > 0) { hits += 1 }
        }
        var more = SIMD8<Double>()
        if point.scale > 0 {
            scaled += 1
            more[0] = size / point.scale
        }
        if point.squareScale > 0 {
            squareScaled += 1
            more[1] = e * e / point.squareScale
        }
        if let low = forecast.low, let high = forecast.high {
            intervals += 1
            let width = high - low
            let below = max(0, low - y)
            let above = max(0, y - high)
            if below == 0, above == 0 { covered += 1 }
            let winkler = width + 2 / alpha * below + 2 / alpha * above
            more[2] = width
            more[3] = winkler
            more[4] = 1e4 * width / point.origin
            more[5] = 1e4 * winkler / point.origin
        }
        // `last` predicts no move, so its error is the move itself.
        more[6] = epsilon * epsilon - move * move
        more[7] = ClarkWest.adjustedDifference(actual: move, predicted: predictedMove)
        largestDifference = max(largestDifference, more[6].magnitude)
        largestAdjusted = max(largestAdjusted, more[7].magnitude)
        derived.add(more)
    }

    /// Adds another symbol's sums; the caller keeps the order of the symbols.
    mutating func merge(_ other: ScoreSums) {
        count += other.count
        scaled += other.scaled
        squareScaled += other.squareScaled
        intervals += other.intervals
        covered += other.covered
        moves += other.moves
        hits += other.hits
        zeroPredicted += other.zeroPredicted
        zeroActual += other.zeroActual
        hasFailed = hasFailed || other.hasFailed
        largest = max(largest, other.largest)
        largestBps = max(largestBps, other.largestBps)
        largestDifference = max(largestDifference, other.largestDifference)
        largestAdjusted = max(largestAdjusted, other.largestAdjusted)
        losses.merge(other.losses)
        derived.merge(other.derived)
    }

    var bias: Double { losses[0] }
    var absolute: Double { losses[1] }
    var square: Double { losses[2] }
    var biasBps: Double { losses[3] }
    var absoluteBps: Double { losses[4] }
    var squareBps: Double { losses[5] }
    var percentage: Double { losses[6] }
    var symmetric: Double { losses[7] }
    var scaledAbsolute: Double { derived[0] }
    var scaledSquare: Double { derived[1] }
    var width: Double { derived[2] }
    var winkler: Double { derived[3] }
    var widthBps: Double { derived[4] }
    var winklerBps: Double { derived[5] }
    var lossDifference: Double { derived[6] }
    var adjustedDifference: Double { derived[7] }
}
