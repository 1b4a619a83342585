import Foundation

/// Numbers as reports show them; no locale reaches them.
enum NumberText {
    /// Fixed decimals.
    static func fixed(_ x: Double, _ decimals: Int) -> String {
        let text = String(format: "%.\(decimals)f", x)
        // "-0.000" says nothing that "0.000" does not.
        return text.first == "-" && !text.contains(where: { "123456789".contains($0) })
            ? String(text.dropFirst()) : text
    }

    /// Significant digits, for values of unknown size.
    static func significant(_ x: Double, _ digits: Int = 5) -> String {
        guard x != 0 else { return "0" }
        let size = x.magnitude
        if size >= 1e-4, size < 1e7 {
            let before = Int(log10(size).rounded(.down))
            return fixed(x, max(0, digits - 1 - before))
        }
        return String(format: "%.\(digits - 1)e", x)
    }

    /// A p-value: four decimals, or its size.
    static func probability(_ p: Double) -> String {
        p < 1e-99 ? "<1e-99" : p < 0.0001 ? String(format: "%.0e", p) : fixed(p, 4)
    }

    /// A count with thin groups of three.
    static func grouped(_ n: Int) -> String {
        var digits = Array(String(n.magnitude))
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return (n < 0 ? "-" : "") + String(digits)
    }

    /// How a metric is shown.
    static func metric(_ metric: Metric, _ x: Double) -> String {
        switch metric {
        case .n: grouped(Int(x))
        case .dmP, .cwP: probability(x)
        case .da, .coverage: fixed(100 * x, 2) + "\u{A0}%"
        case .relmae, .relrmse, .r2OOS, .u2, .mase, .rmsse: fixed(x, 4)
        case .dm, .cw: fixed(x, 3)
        default: significant(x)
        }
    }

    /// A value with its bounds, or why there is none.
    static func metric(_ metric: Metric, _ value: MetricValue, bounds: Bool = true) -> String {
        guard let x = value.value else { return "–" }
        guard bounds, let low = value.low, let high = value.high else { return self.metric(metric, x) }
        return "\(self.metric(metric, x)) [\(self.metric(metric, low)), \(self.metric(metric, high))]"
    }

    /// UTC date and time of ms since the epoch (civil calendar after Hinnant's `days_from_civil`).
    static func utc(_ milliseconds: Int64) -> (date: String, time: String, milliseconds: String) {
        let days = floorDivide(milliseconds, 86_400_000)
        let rest = milliseconds - days * 86_400_000
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let civilMonth = month < 10 ? month + 3 : month - 9
        let year = yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0)
        let seconds = rest / 1_000
        return (
            "\(padded(year, 4))-\(padded(civilMonth, 2))-\(padded(dayOfYear - (153 * month + 2) / 5 + 1, 2))",
            "\(padded(seconds / 3_600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))",
            padded(rest % 1_000, 3)
        )
    }

    private static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 { (a - (a % b + b) % b) / b }

    private static func padded(_ n: Int64, _ width: Int) -> String {
        let digits = String(n)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
