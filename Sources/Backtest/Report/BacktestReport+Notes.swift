import Forecast

extension BacktestReport {
    /// What was lost or refused; one line each.
    var warnings: [String] {
        var notes: [String] = []
        if let place = tape.truncationPlace {
            notes.append("The tape is damaged: only what stands before is scored, up to \(place)")
        }
        if tape.rejections > 0 {
            notes.append(
                "\(NumberText.grouped(tape.rejections)) frames or trades were rejected, first: "
                    + (tape.firstRejection ?? "").forTerminal)
        }
        if tape.undecodable > 0 { notes.append("\(tape.undecodable) lines hold text or bytes that are no frame") }
        if tape.skippedLines > 0 { notes.append("\(tape.skippedLines) bad lines were left out") }
        return notes
    }

    /// What did not take part, and why; one line each.
    var remarks: [String] {
        var notes: [String] = []
        if tape.streams.contains(where: \.receivesTradeTime) {
            notes.append("Receive times are trade times: the capture has none of its own")
        }
        let dropped = EligibilityRule.all.filter { counts.dropped[$0.index] > 0 }
            .map { "\($0.name) \(NumberText.grouped(counts.dropped[$0.index]))" }
        let others = [("late", counts.late), ("future", counts.future)].filter { $0.1 > 0 }
            .map { "\($0.0) \(NumberText.grouped($0.1))" }
        if !(dropped + others).isEmpty {
            notes.append("Trades that do not move the price: " + (others + dropped).joined(separator: ", "))
        }
        let censored = CensorReason.allCases.filter { counts.censored[$0.place] > 0 }
            .map { "\($0.rawValue) \(NumberText.grouped(counts.censored[$0.place]))" }
        if !censored.isEmpty { notes.append("Censored predictions: " + censored.joined(separator: ", ")) }
        if counts.refused > 0 {
            notes.append("Origins refused as too many were pending: \(NumberText.grouped(counts.refused))")
        }
        return notes
    }

    /// How a gate came out, in one line.
    func gateLine(_ gate: GateResult) -> String {
        let failing = gate.cases.filter(\.fails).map {
            "\($0.scope.forTerminal) is \($0.value.map { "\($0)" } ?? "undefined, \($0.reason ?? "")")"
        }
        var line = "Gate '\(gate.text)': " + (gate.passed ? "passed" : "FAILED: " + failing.joined(separator: "; "))
        if !gate.skipped.isEmpty {
            let names = gate.skipped.map(\.forTerminal).joined(separator: ", ")
            line += " (passed over, fewer than \(minimumPoints) points: \(names))"
        }
        return line
    }

    /// How the stored predictions compare.
    var comparisonLines: [String] { comparison.map { ["Stored predictions: " + $0.text] } ?? [] }
}
