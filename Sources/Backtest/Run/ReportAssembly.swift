import Forecast

/// Joins the workers' results to a report, symbols in UTF-8 order whatever thread had them.
struct ReportAssembly {
    let configuration: BacktestConfiguration
    let setup: ScoringSetup

    /// A symbol with its second pass.
    struct Entry: Sendable {
        var scorer: SymbolScorer
        var result: SecondPassResult
    }

    func report(
        _ entries: [Entry], pooled: [ScoreSums], tape: TapeAccount, comparison: PredictionComparison?
    ) -> BacktestReport {
        var symbols = entries.map(symbol)
        holm(&symbols)
        var counts = SymbolCounts()
        for symbol in symbols { counts.add(symbol.counts) }
        var report = BacktestReport(
            configuration: configuration.forecast, variance: configuration.variance,
            minimumPoints: configuration.minimumPoints, tape: tape, counts: counts, symbols: symbols,
            micro: PooledScores(setup: setup, entries: entries, symbols: symbols, pooled: pooled).micro(),
            macro: PooledScores(setup: setup, entries: entries, symbols: symbols, pooled: pooled).macro(), gates: [],
            comparison: comparison)
        report.gates = configuration.gates.map { $0.judge(report, minimumPoints: configuration.minimumPoints) }
        return report
    }

    private func symbol(_ entry: Entry) -> SymbolReport {
        let scorer = entry.scorer
        let regression = scorer.forecast.regression(of: .ols)
        let names = SymbolForecast.regressors(of: .ols)
        let values = regression?.coefficients ?? []
        let errors = regression?.standardErrors ?? []
        let scores = setup.models.indices.map { model in
            var score = Self.score(setup.models[model], scorer.sums[model])
            score.values = scorer.sums[model].metrics(
                last: scorer.sums[setup.last], isMixed: false, errors: entry.result.errors[model])
            tests(&score, entry.result, model)
            return score
        }
        return SymbolReport(
            symbol: scorer.symbol, counts: scorer.counts, scores: scores, overlap: scorer.overlap.largest,
            lags: entry.result.lags,
            coefficients: values.indices.map {
                SymbolReport.Coefficient(name: names[$0], value: values[$0], standardError: errors[$0])
            }, rank: regression?.rank ?? 0, rows: regression?.rows ?? 0, refusedRows: regression?.refusedRows ?? 0,
            residualDeviation: regression?.residualStandardDeviation, chart: entry.result.chart,
            tail: scorer.tail.points)
    }

    static func score(_ model: ForecastModel, _ sums: ScoreSums) -> ModelScore {
        var score = ModelScore(model: model, values: [], points: ModelScore.Points())
        score.points.mase = sums.scaled
        score.points.rmsse = sums.squareScaled
        score.points.directions = sums.moves
        score.points.intervals = sums.intervals
        if sums.count > 0 {
            score.points.zeroActualShare = Double(sums.zeroActual) / Double(sums.count)
            score.points.zeroPredictedShare = Double(sums.zeroPredicted) / Double(sums.count)
        }
        return score
    }

    private func tests(_ score: inout ModelScore, _ result: SecondPassResult, _ model: Int) {
        if model == setup.last {
            for metric in [Metric.dm, .dmP, .cw, .cwP] { score[metric] = .undefined(.sameModel) }
            return
        }
        if score[.mae].reason == .failed { return }
        switch result.dieboldMariano[model] {
        case .success(let test):
            score.dieboldMariano = test
            score[.dm] = .of(test.statistic)
            score[.dmP] = .of(test.pValue)
        case .failure(let reason):
            score[.dm] = .undefined(reason.metricReason)
            score[.dmP] = .undefined(reason.metricReason)
        case nil: break
        }
        guard setup.models[model].nestsLast else {
            score[.cw] = .undefined(.notNested)
            score[.cwP] = .undefined(.notNested)
            return
        }
        switch result.clarkWest[model] {
        case .success(let test):
            score.clarkWest = test
            score[.cw] = .of(test.statistic)
            score[.cwP] = .of(test.pValue)
        case .failure(let reason):
            score[.cw] = .undefined(reason.metricReason)
            score[.cwP] = .undefined(reason.metricReason)
        case nil: break
        }
    }

    private func holm(_ symbols: inout [SymbolReport]) {
        for model in setup.models.indices {
            let dm = HolmCorrection.adjust(symbols.map { $0.scores[model].dieboldMariano?.pValue })
            let cw = HolmCorrection.adjust(symbols.map { $0.scores[model].clarkWest?.pValue })
            for index in symbols.indices {
                symbols[index].scores[model].dieboldMarianoHolm = dm[index]
                symbols[index].scores[model].clarkWestHolm = cw[index]
            }
        }
    }
}

extension DieboldMariano.Undefined {
    var metricReason: MetricValue.Reason {
        switch self {
        case .tooFewPoints: .tooFewPoints
        case .nonPositiveVariance: .nonPositiveVariance
        }
    }
}

extension ForecastModel {
    /// Whether some choice of its coefficients makes it `last`.
    var nestsLast: Bool {
        switch self {
        case .ols, .ar1: true
        case .last, .drift, .ewma: false
        }
    }
}
