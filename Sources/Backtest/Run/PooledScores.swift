import Forecast

/// Scores over all symbols.
///
/// Errors of different symbols at one time are correlated, by an unknown amount. Standard errors are therefore added as if
/// they moved together: by Cauchy and Schwarz no correlation gives more. Bounds over symbols are wide rather than wrong.
struct PooledScores {
    let setup: ScoringSetup
    let entries: [ReportAssembly.Entry]
    let symbols: [SymbolReport]
    let pooled: [ScoreSums]

    private var isMixed: Bool { entries.count > 1 }

    /// One sum over all points.
    func micro() -> [ModelScore] {
        if let only = symbols.first, symbols.count == 1 { return only.scores }
        return setup.models.indices.map { model in
            let sums = pooled[model]
            var score = ReportAssembly.score(setup.models[model], sums)
            score.values = sums.metrics(last: pooled[setup.last], isMixed: isMixed, errors: pooledErrors(model))
            tests(&score, model, sums)
            return score
        }
    }

    /// Σ (n_s/N)·SE_s; the ratios' lanes are those about the pooled values.
    private func pooledErrors(_ model: Int) -> LaneErrors? {
        let total = Double(pooled[model].count)
        var sum = LaneErrors()
        for entry in entries where entry.scorer.counts.scored > 0 {
            // A symbol with too few points for a variance has too little weight to matter only if another has more.
            guard let errors = entry.result.errors[model] else { continue }
            sum += errors * (Double(entry.scorer.sums[model].count) / total)
        }
        guard entries.contains(where: { $0.result.errors[model] != nil }) else { return nil }
        let first = InfluenceLanes.relativeAbsolute
        for offset in 0..<4 { sum[first + offset] = sum[InfluenceLanes.pooled + offset] }
        return sum
    }

    private func tests(_ score: inout ModelScore, _ model: Int, _ sums: ScoreSums) {
        guard model != setup.last else {
            for metric in [Metric.dm, .dmP, .cw, .cwP] { score[metric] = .undefined(.sameModel) }
            return
        }
        guard !sums.hasFailed, sums.count > 0 else { return }
        let total = Double(sums.count)
        var dm = 0.0
        var cw = 0.0
        for entry in entries {
            let weight = Double(entry.scorer.sums[model].count) / total
            // The symbol's standard error as Harvey, Leybourne and Newbold correct it.
            if case .success(let test)? = entry.result.dieboldMariano[model] {
                let n = Double(test.count)
                dm += weight * test.variance.squareRoot() / DieboldMariano.correction(n: n, q: Double(test.overlap))
            }
            if case .success(let test)? = entry.result.clarkWest[model] {
                cw += weight * (test.mean / test.statistic).magnitude
            }
        }
        if dm > 0 {
            let statistic = sums.lossDifference / total / dm
            score[.dm] = .of(statistic)
            score[.dmP] = .of(Distribution.normalTwoSided(statistic))
        } else {
            score[.dm] = .undefined(.nonPositiveVariance)
            score[.dmP] = .undefined(.nonPositiveVariance)
        }
        guard setup.models[model].nestsLast else {
            score[.cw] = .undefined(.notNested)
            score[.cwP] = .undefined(.notNested)
            return
        }
        if cw > 0 {
            let statistic = sums.adjustedDifference / total / cw
            score[.cw] = .of(statistic)
            score[.cwP] = .of(Distribution.normalUpper(statistic))
        } else {
            score[.cw] = .undefined(.nonPositiveVariance)
            score[.cwP] = .undefined(.nonPositiveVariance)
        }
    }

    /// The unweighted mean over symbols where defined.
    func macro() -> [ModelScore] {
        setup.models.indices.map { model in
            var score = ModelScore(
                model: setup.models[model], values: [],
                points: ReportAssembly.score(setup.models[model], pooled[model]).points)
            score.values = Metric.allCases.map { metric in mean(metric, symbols.map { $0.scores[model][metric] }) }
            return score
        }
    }

    private func mean(_ metric: Metric, _ values: [MetricValue]) -> MetricValue {
        switch metric {
        case .dm, .dmP, .cw, .cwP: return .undefined(.mixedUnits)
        default: break
        }
        if isMixed, metric.isInPriceUnits { return .undefined(.mixedUnits) }
        let defined = values.filter { $0.value != nil }
        guard !defined.isEmpty else { return .undefined(.noSymbol) }
        var sum = NeumaierSum()
        var half = NeumaierSum()
        var bounded = true
        for value in defined {
            sum.add(value.value ?? 0)
            if let low = value.low, let high = value.high { half.add((high - low) / 2) } else { bounded = false }
        }
        let count = Double(defined.count)
        var result = MetricValue.of(sum.value / count, halfWidth: bounded ? half.value / count : nil)
        result.symbols = defined.count
        return result
    }
}
