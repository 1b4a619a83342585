import Forecast

extension BacktestReport {
    /// Symbols up to which the terminal shows coefficients; JSON and HTML always do.
    private static let coefficientSymbols = 6

    /// The report for a terminal: the model's accuracy per symbol beside `last`, all models overall, what was left out.
    public var table: String {
        var text =
            "Predictions of \(model), \(configuration.horizon.text) ahead: "
            + "\(NumberText.grouped(counts.scored)) scored, \(NumberText.grouped(counts.warmUp)) warm-up, "
            + "\(NumberText.grouped(counts.censored.reduce(0, +))) censored, over \(NumberText.grouped(tape.trades)) trades "
            + "of \(symbols.count) symbol\(symbols.count == 1 ? "" : "s")\n"
        text += "Tape \(tape.hash)\n\n" + accuracy + "\n" + verdictSentence + "\n\n" + models
        if symbols.count <= Self.coefficientSymbols, symbols.contains(where: { !$0.coefficients.isEmpty }) {
            text += "\n" + coefficients
        }
        let notes = self.notes
        if !notes.isEmpty { text += "\n" + notes.map { $0 + "\n" }.joined() }
        return text
    }

    /// One row per symbol for the model under test.
    private var accuracy: String {
        var table = TextTable(header: [
            "symbol", "scored", "MAE bps", "of last", "RMSE bps", "MASE", "R2 oos [95%]", "direction", "DM p",
            "verdict",
        ])
        for symbol in symbols { table.add(row(symbol.symbol, symbol.scores)) }
        if symbols.count > 1 {
            table.rule()
            table.add(row("all points", micro))
            table.add(row("mean of symbols", macro, isMacro: true))
        }
        return table.text(leftColumns: [0, 9])
    }

    private func row(_ name: String, _ scores: [ModelScore], isMacro: Bool = false) -> [String] {
        let score = scores[0]
        func cell(_ metric: Metric) -> String { NumberText.metric(metric, score[metric], bounds: metric == .r2OOS) }
        let p = score.dieboldMarianoHolm ?? score[.dmP].value
        return [
            name.forTerminal, isMacro ? "" : cell(.n), cell(.maeBps), cell(.relmae), cell(.rmseBps), cell(.mase),
            cell(.r2OOS), cell(.da), p.map(NumberText.probability) ?? "–", isMacro ? "" : score.verdict.rawValue,
        ]
    }

    /// The conclusion in words.
    var verdictSentence: String {
        func count(_ verdict: ModelScore.Verdict) -> Int { symbols.count { $0.scores.first?.verdict == verdict } }
        var parts = [
            "better than `last` on \(count(.better))", "worse on \(count(.worse))",
            "not distinguishable from `last` on \(count(.indistinguishable))",
        ]
        if count(.undecided) > 0 { parts.append("not tested on \(count(.undecided))") }
        let doubtful = symbols.count { symbol in
            guard let score = symbol.scores.first, score.verdict == .better else { return false }
            return (score[.relmae].value ?? 0) > 1
        }
        let but =
            doubtful > 0 ? " On \(doubtful) of the better ones its mean absolute error is larger all the same." : ""
        return "Of \(symbols.count) symbol\(symbols.count == 1 ? "" : "s"), ols is " + parts.joined(separator: ", ")
            + " (squared errors, Diebold–Mariano, Holm-adjusted, 5 %)." + but
    }

    private var models: String {
        var table = TextTable(header: [
            "model, all points", "MAE bps", "RMSE bps", "bias bps", "MAE of last", "R2 oos [95%]", "direction",
            "in interval",
            "verdict",
        ])
        for score in micro {
            func cell(_ metric: Metric) -> String { NumberText.metric(metric, score[metric], bounds: metric == .r2OOS) }
            table.add([
                score.model.rawValue, cell(.maeBps), cell(.rmseBps), cell(.biasBps), cell(.relmae), cell(.r2OOS),
                cell(.da),
                cell(.coverage), score.model == .last ? "" : score.verdict.rawValue,
            ])
        }
        return table.text(leftColumns: [0, 8])
    }

    private var coefficients: String {
        let shown = symbols.filter { !$0.coefficients.isEmpty }
        var table = TextTable(header: ["final coefficients (SE)"] + shown.map { $0.symbol.forTerminal })
        for (index, name) in SymbolForecast.regressors(of: .ols).enumerated() {
            table.add(
                [name]
                    + shown.map {
                        let coefficient = $0.coefficients[index]
                        let error = coefficient.standardError.map { NumberText.significant($0, 2) } ?? "dependent"
                        return "\(NumberText.significant(coefficient.value, 4)) (\(error))"
                    })
        }
        return table.text()
    }

    /// What a reader must know before believing the rest, and what was left out; one line each.
    private var notes: [String] { warnings + remarks + gates.map { gateLine($0) } + comparisonLines }
}

extension String {
    /// Without control characters, which a symbol or a server's text could carry into a terminal.
    var forTerminal: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
    }
}
