import Forecast

extension BacktestReport {
    /// Symbols whose details stand open when the page opens.
    private static let openSymbols = 3

    /// The report as one self-contained page: no script, no network, drawings as SVG.
    public var html: String {
        let title = "Backtest: \(configuration.horizon.text) ahead"
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <title>\(title)</title><style>
            \(HTMLStyle.sheet)
            </style></head><body>
            <h1>\(title)</h1>
            <p class="soft">\(NumberText.grouped(counts.scored)) predictions of <code>\(model)</code> scored, \
            on \(NumberText.grouped(tape.trades)) trades of \(symbols.count) symbol\(symbols.count == 1 ? "" : "s")\(span)</p>
            <p>\(HTMLText.prose(verdictSentence))</p>
            \(warnings.map { "<p class=\"note\">\(HTMLText.escape($0))</p>" }.joined(separator: "\n"))
            \(checks)
            \(tiles)
            <h2>Accuracy by symbol</h2>
            <div class="card">\(accuracyTable)</div>
            <h2>Models on the same points</h2>
            <div class="card">\(modelTable)</div>
            <h2>Symbols</h2>
            \(symbols.enumerated().map { details($0.element, isOpen: $0.offset < Self.openSymbols) }.joined(separator: "\n"))
            \(provenance)
            \(reading)
            </body></html>

            """
    }

    /// Gates and comparison, with how they came out.
    private var checks: String {
        var html = gates.map {
            "<p class=\"\($0.passed ? "good" : "bad")\">\($0.passed ? "✓" : "✗") \(HTMLText.escape(gateLine($0)))</p>"
        }
        if let comparison {
            let lines = HTMLText.escape(comparison.text).replacing("\n", with: "<br>")
            html.append(
                "<p class=\"\(comparison.holds ? "good" : "bad")\">\(comparison.holds ? "✓" : "✗") Stored predictions: "
                    + "\(lines)</p>")
        }
        return html.joined(separator: "\n")
    }

    private var span: String {
        guard let first = tape.firstReceive, let last = tape.lastReceive else { return "" }
        let (from, to) = (NumberText.utc(first / 1_000_000), NumberText.utc(last / 1_000_000))
        return ", \(from.date) \(from.time) to \(from.date == to.date ? "" : to.date + " ")\(to.time) UTC"
    }

    private var tiles: String {
        guard let score = micro.first else { return "" }
        func tile(_ metric: Metric, _ name: String) -> String {
            let value = score[metric]
            var beside = name
            if let low = value.low, let high = value.high {
                beside += "<br>95 %: \(NumberText.metric(metric, low)) to \(NumberText.metric(metric, high))"
            } else if let reason = value.reason {
                beside += "<br>\(reason.rawValue)"
            }
            return
                "<div class=\"tile\"><b>\(NumberText.metric(metric, value, bounds: false))</b><span>\(beside)</span></div>"
        }
        return "<div class=\"tiles\">"
            + tile(.maeBps, "mean absolute error, bps") + tile(.relmae, "MAE over that of <code>last</code>")
            + tile(.r2OOS, "out-of-sample R² against <code>last</code>") + tile(.mase, "MASE")
            + tile(.da, "directions right") + tile(.coverage, "prices inside the \(percent) interval") + "</div>"
    }

    private var percent: String {
        let permille = configuration.levelPermille
        return (permille % 10 == 0 ? "\(permille / 10)" : "\(permille / 10).\(permille % 10)") + "\u{A0}%"
    }

    private var accuracyTable: String {
        var table = HTMLTable(
            header: [
                "symbol", "ols against <code>last</code>", "scored", "MAE bps", "MAE over<br><code>last</code>",
                "R² oos",
                "MASE", "directions", "DM p<br>(Holm)", "CW p<br>(Holm)", "RMSE bps",
            ], textColumns: [1])
        func row(_ name: String, _ score: ModelScore, isMacro: Bool = false) -> [String] {
            func cell(_ metric: Metric) -> String { Self.cell(metric, score[metric]) }
            func probability(_ p: Double?) -> String { p.map { HTMLText.escape(NumberText.probability($0)) } ?? "–" }
            let dm = score.dieboldMarianoHolm ?? score[.dmP].value
            let cw = score.clarkWestHolm ?? score[.cwP].value
            return [
                name, isMacro ? "" : Self.verdict(score), isMacro ? "" : cell(.n), cell(.maeBps), cell(.relmae),
                cell(.r2OOS),
                cell(.mase), cell(.da), probability(dm), probability(cw),
                NumberText.metric(.rmseBps, score[.rmseBps], bounds: false),
            ]
        }
        for symbol in symbols where !symbol.scores.isEmpty {
            table.add(row(HTMLText.escape(symbol.symbol), symbol.scores[0]))
        }
        if symbols.count > 1, let micro = micro.first, let macro = macro.first {
            table.add(row("all points", micro), style: "sum")
            table.add(row("mean of symbols", macro, isMacro: true))
        }
        return table.html
    }

    /// A value with its bounds in small print, or a dash that says why.
    private static func cell(_ metric: Metric, _ value: MetricValue) -> String {
        guard let x = value.value else { return "<span title=\"\(value.reason?.rawValue ?? "")\">–</span>" }
        var text = NumberText.metric(metric, x)
        if let low = value.low, let high = value.high {
            text += "<br><small>\(NumberText.metric(metric, low)) … \(NumberText.metric(metric, high))</small>"
        }
        return text
    }

    private static func verdict(_ score: ModelScore) -> String {
        if score.model == .last { return "" }
        let style =
            switch score.verdict {
            case .better: "good"
            case .worse: "bad"
            case .indistinguishable, .undecided: "soft"
            }
        return "<span class=\"\(style)\">\(HTMLText.prose(score.verdict.rawValue))</span>"
    }

    private var modelTable: String {
        var table = HTMLTable(
            header: [
                "model", "against <code>last</code>", "MAE bps", "MAE over<br><code>last</code>", "R² oos",
                "directions",
                "in \(percent)<br>interval", "bias bps", "RMSE bps",
            ], textColumns: [1])
        for score in micro {
            func cell(_ metric: Metric) -> String { Self.cell(metric, score[metric]) }
            table.add(
                [
                    score.model.rawValue, Self.verdict(score), cell(.maeBps), cell(.relmae), cell(.r2OOS), cell(.da),
                    cell(.coverage), cell(.biasBps), NumberText.metric(.rmseBps, score[.rmseBps], bounds: false),
                ], style: score.model == .ols ? "model" : "")
        }
        return table.html
    }

    private func details(_ symbol: SymbolReport, isOpen: Bool) -> String {
        let score = symbol.scores[0]
        return """
            <details\(isOpen ? " open" : "")><summary><b>\(HTMLText.escape(symbol.symbol))</b>\
            <span class="soft">\(NumberText.grouped(symbol.counts.scored)) scored</span>\(Self.verdict(score))</summary>
            <div class="body">\(SymbolCharts(report: symbol, horizon: configuration.horizon.text).html)
            <h3>Final coefficients of <code>ols</code></h3>\(coefficientTable(symbol))
            <details class="inner"><summary>All measures of all models</summary>\(metricTable(symbol))</details>
            <details class="inner"><summary>Trades and predictions</summary>\(countTable(symbol.counts))</details>
            </div></details>
            """
    }

    private func metricTable(_ symbol: SymbolReport) -> String {
        var table = HTMLTable(header: ["measure"] + symbol.scores.map(\.model.rawValue))
        for metric in Metric.allCases {
            table.add([metric.rawValue] + symbol.scores.map { Self.cell(metric, $0[metric]) })
        }
        return table.html
    }

    private func coefficientTable(_ symbol: SymbolReport) -> String {
        guard !symbol.coefficients.isEmpty else { return "<p class=\"soft\">No row was learnt.</p>" }
        var table = HTMLTable(header: ["feature", "β, bps per unit", "standard error", "β / SE"])
        for coefficient in symbol.coefficients {
            let error = coefficient.standardError
            let ratio = error.flatMap { $0 > 0 ? coefficient.value / $0 : nil }
            table.add([
                HTMLText.escape(coefficient.name), NumberText.significant(coefficient.value, 6),
                error.map { NumberText.significant($0, 3) } ?? "dependent",
                ratio.map { NumberText.fixed($0, 1) } ?? "–",
            ])
        }
        let deviation =
            symbol.residualDeviation.map { ", residual standard deviation \(NumberText.significant($0)) bps" } ?? ""
        return table.html
            + "<p class=\"soft\">Rank \(symbol.rank) of \(symbol.coefficients.count), "
            + "\(NumberText.grouped(Int(symbol.rows))) rows learnt\(deviation). Standard errors take the errors for independent "
            + "and of equal variance.</p>"
    }

    private func countTable(_ counts: SymbolCounts) -> String {
        var table = HTMLTable(header: ["what", "count"])
        func add(_ name: String, _ count: Int) { table.add([name, NumberText.grouped(count)]) }
        add("trades", counts.trades)
        add("move the price (eligible)", counts.eligible)
        if counts.late > 0 { add("late", counts.late) }
        if counts.future > 0 { add("future", counts.future) }
        for rule in EligibilityRule.all where counts.dropped[rule.index] > 0 {
            add("dropped: \(rule.name)", counts.dropped[rule.index])
        }
        for reason in CensorReason.allCases where counts.boundaries[reason.place] > 0 {
            add("boundaries: \(reason.rawValue)", counts.boundaries[reason.place])
        }
        add("predictions issued", counts.origins)
        if counts.refused > 0 { add("origins refused (pending-full)", counts.refused) }
        add("warm-up", counts.warmUp)
        add("scored", counts.scored)
        for reason in CensorReason.allCases where counts.censored[reason.place] > 0 {
            add("censored: \(reason.rawValue)", counts.censored[reason.place])
        }
        return table.html
    }

    private var provenance: String {
        var streams = HTMLTable(
            header: ["stream", "lines", "receive times", "SHA-256 of its lines"], textColumns: [2, 3])
        for stream in tape.streams {
            streams.add([
                HTMLText.escape(stream.stream), NumberText.grouped(stream.lines),
                stream.receivesTradeTime ? "trade time" : "recorder", "<span class=\"hash\">\(stream.sha256)</span>",
            ])
        }
        return """
            <h2>Tape and configuration</h2>
            <div class="card"><p>Tape hash <span class="hash">\(tape.hash)</span></p>\(streams.html)
            <p class="soft">\(NumberText.grouped(tape.lines)) lines, \(NumberText.grouped(tape.frames)) frames, \
            \(tape.gaps) gaps, \(NumberText.grouped(tape.trades)) trades.</p>
            <p>Configuration <code>\(HTMLText.escape(configuration.canonicalJSON))</code></p></div>
            <h2>Trades and predictions of all symbols</h2>
            <div class="card">\(remarks.map { "<p>\(HTMLText.escape($0))</p>" }.joined())\(countTable(counts))</div>
            """
    }

    private var reading: String {
        """
        <h2>How to read this</h2>
        <p class="soft">Every prediction was made before its outcome was known to the model, and learnt from afterwards. \
        <code>last</code> says that the price stays: a ratio below 1, an R² above 0 and a DM p-value below 0.05 mean that the \
        model beats it. Bounds hold 95 % (delta method, Bartlett long-run variance). p-values are Diebold–Mariano with the \
        small-sample correction of Harvey, Leybourne and Newbold, two-sided, and Clark–West for nested models, one-sided; \
        both adjusted over the symbols by Holm. Over several symbols price units do not add up, ratios are those of errors in \
        basis points, and standard errors are added as if all symbols moved together, so those bounds are wide. MASE divides \
        each error by the mean one-trade move before it. A dash is undefined, never 0.</p>
        """
    }
}
