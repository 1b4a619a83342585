import Forecast

/// What the second pass over a symbol's spooled points finds.
struct SecondPassResult: Sendable {
    /// Per model: standard errors of the lanes' means; nil with too few points.
    var errors: [LaneErrors?]
    /// Per model.
    var dieboldMariano: [Result<DieboldMariano, DieboldMariano.Undefined>?]
    /// Per model.
    var clarkWest: [Result<ClarkWest, DieboldMariano.Undefined>?]
    var chart: ChartSeries
    /// M.
    var lags: Int
}

/// Reads a symbol's points again, now that their number, and so the lags, and the means are known.
struct SecondPass: Sendable {
    /// Fewer points carry neither bounds nor tests.
    static let minimumPoints = 10

    let setup: ScoringSetup
    /// Per model, over all symbols.
    let pooled: [ScoreSums]

    func run(_ scorer: borrowing SymbolScorer, file: SpoolFile) throws(BacktestError) -> SecondPassResult {
        let n = scorer.counts.scored
        let overlap = scorer.overlap.largest
        let last = setup.last
        let lags = HACLags.count(for: n, overlap: overlap)
        let suffices = n >= Self.minimumPoints && overlap < n
        let usable = scorer.sums.map { suffices && !$0.hasFailed }
        let sums = scorer.sums
        let lanes = sums.indices.map {
            InfluenceLanes(sums: sums[$0], last: sums[last], pooled: pooled[$0], pooledLast: pooled[last])
        }
        var variances = sums.map { _ in BartlettVariance(lags: lags) }
        var autocovariances = sums.map { _ in AutocovarianceSum(lags: max(0, overlap - 1)) }
        let means = sums.map { $0.lossDifference / Double(max(1, n)) }
        var chart = ChartSeries(count: n)
        try scorer.spool.forEach(in: file) { point, words in
            var position = words.startIndex
            for model in lanes.indices {
                var predicted = point.origin
                if model != last {
                    predicted = Double(bitPattern: words[position])
                    position += 1
                }
                if model == 0 { chart.add(point, predicted: predicted) }
                guard usable[model] else { continue }
                let deviations = lanes[model].deviations(point, predicted: predicted)
                variances[model].add(deviations)
                if setup.variance == .acf {
                    autocovariances[model].add(deviations[InfluenceLanes.lossDifference])
                }
            }
        }
        var result = SecondPassResult(errors: [], dieboldMariano: [], clarkWest: [], chart: chart, lags: lags)
        for model in sums.indices {
            guard usable[model] else {
                result.errors.append(nil)
                result.dieboldMariano.append(sums[model].hasFailed || model == last ? nil : .failure(.tooFewPoints))
                result.clarkWest.append(sums[model].hasFailed || model == last ? nil : .failure(.tooFewPoints))
                continue
            }
            let variance = variances[model].finish()
            result.errors.append(variance.squareRoot())
            guard model != last else {
                result.dieboldMariano.append(nil)
                result.clarkWest.append(nil)
                continue
            }
            let difference = InfluenceLanes.lossDifference
            result.dieboldMariano.append(
                Result { () throws(DieboldMariano.Undefined) in
                    try DieboldMariano(
                        count: n, overlap: overlap, lags: setup.variance == .acf ? max(0, overlap - 1) : lags,
                        mean: means[model],
                        variance: setup.variance == .acf ? autocovariances[model].variance : variance[difference],
                        largest: sums[model].largestDifference)
                })
            let adjusted = InfluenceLanes.adjustedDifference
            let adjustedMean = sums[model].adjustedDifference / Double(n)
            result.clarkWest.append(
                Result { () throws(DieboldMariano.Undefined) in
                    try ClarkWest(
                        count: n, mean: adjustedMean, variance: variance[adjusted],
                        largest: sums[model].largestAdjusted)
                })
        }
        return result
    }
}
