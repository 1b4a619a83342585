/// Standard errors of the means behind a measure's bounds; by lane of `InfluenceLanes`.
typealias LaneErrors = SIMD16<Double>

extension ScoreSums {
    /// The measures of these sums, without the tests of significance.
    ///
    /// - Parameters:
    ///   - last: the sums of `last` over the same points.
    ///   - isMixed: several symbols: price units are undefined, and ratios are those of errors in bps.
    ///   - errors: standard errors of the lanes' means; nil where there are too few points.
    /// - Returns: one value for each metric, in the metrics' order.
    func metrics(last: ScoreSums, isMixed: Bool, errors: LaneErrors?) -> [MetricValue] {
        if hasFailed {
            return Metric.allCases.map { $0 == .n ? .of(Double(count)) : .undefined(.failed) }
        }
        return Metric.allCases.map { metric in
            if metric == .n { return .of(Double(count)) }
            if count == 0 { return .undefined(.noPoints) }
            if isMixed, metric.isInPriceUnits { return .undefined(.mixedUnits) }
            return value(metric, last: last, isMixed: isMixed, errors: errors)
        }
    }

    private func value(_ metric: Metric, last: ScoreSums, isMixed: Bool, errors: LaneErrors?) -> MetricValue {
        let n = Double(count)
        func half(_ lane: Int, _ derivative: Double) -> Double? {
            errors.map { Distribution.normal975 * $0[lane] * derivative }
        }
        func mean(_ sum: Double) -> MetricValue { .of(sum / n) }
        /// The root's derivative is 1/(2√m); at 0 there is no slope and no bound.
        func root(_ sum: Double, _ lane: Int) -> MetricValue {
            let root = (sum / n).squareRoot()
            return .of(root, halfWidth: root > 0 ? half(lane, 1 / (2 * root)) : nil)
        }
        let ours = isMixed ? (absoluteBps, squareBps) : (absolute, square)
        let theirs = isMixed ? (last.absoluteBps, last.squareBps) : (last.absolute, last.square)
        switch metric {
        case .bias: return mean(bias)
        case .biasBps: return mean(biasBps)
        case .mae: return .of(absolute / n, halfWidth: half(InfluenceLanes.absolute, 1))
        case .maeBps: return .of(absoluteBps / n, halfWidth: half(InfluenceLanes.absoluteBps, 1))
        case .rmse: return root(square, InfluenceLanes.square)
        case .rmseBps: return root(squareBps, InfluenceLanes.squareBps)
        case .maxae: return .of(largest)
        case .maxaeBps: return .of(largestBps)
        case .mape: return mean(percentage)
        case .smape: return mean(symmetric)
        case .mase:
            guard scaled > 0 else { return .undefined(.zeroDivisor) }
            let k = Double(scaled)
            return .of(scaledAbsolute / k, halfWidth: half(InfluenceLanes.scaled, n / k))
        case .rmsse:
            guard squareScaled > 0 else { return .undefined(.zeroDivisor) }
            return .of((scaledSquare / Double(squareScaled)).squareRoot())
        case .relmae:
            guard theirs.0 > 0 else { return .undefined(.zeroDivisor) }
            return .of(ours.0 / theirs.0, halfWidth: half(InfluenceLanes.relativeAbsolute, n / theirs.0))
        case .relrmse, .u2:
            guard theirs.1 > 0 else { return .undefined(.zeroDivisor) }
            let ratio = (ours.1 / theirs.1).squareRoot()
            guard metric == .relrmse else { return .of(ratio) }
            return .of(
                ratio,
                halfWidth: ours.1 > 0
                    ? half(InfluenceLanes.relativeSquare, n / (2 * (ours.1 * theirs.1).squareRoot())) : nil)
        case .r2OOS:
            guard theirs.1 > 0 else { return .undefined(.zeroDivisor) }
            return .of(1 - ours.1 / theirs.1, halfWidth: half(InfluenceLanes.relativeSquare, n / theirs.1))
        case .da:
            guard moves > 0 else { return .undefined(.noMoves) }
            let k = Double(moves)
            return .of(Double(hits) / k, halfWidth: half(InfluenceLanes.direction, n / k))
        case .coverage, .width, .widthBps, .winkler, .winklerBps:
            guard intervals > 0 else { return .undefined(.noInterval) }
            let k = Double(intervals)
            switch metric {
            case .coverage: return .of(Double(covered) / k)
            case .width: return .of(width / k)
            case .widthBps: return .of(widthBps / k)
            case .winkler: return .of(winkler / k)
            default: return .of(winklerBps / k)
            }
        case .n, .dm, .dmP, .cw, .cwP: return .undefined(.tooFewPoints)
        }
    }
}
