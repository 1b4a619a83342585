/// Spans of time as people write them: `250ms`, `5s`, `1h30m`, `1.5s`.
///
/// The unit is always named: a bare `5` would be seconds to one reader and milliseconds to the next.
enum DurationText {
    /// Units with their length in nanoseconds, longest first.
    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ("ms", 1_000_000), ("us", 1000), ("ns", 1),
    ]

    /// Nanoseconds of a text; `nil` if it is no duration, is finer than a nanosecond or does not fit 64 bits.
    static func nanoseconds(_ text: String) -> Int64? {
        if text == "0" { return 0 }
        guard text.wholeMatch(of: #/([0-9]+(\.[0-9]+)?(d|h|m|s|ms|us|ns))+/#) != nil else { return nil }
        var total: Int64 = 0
        for part in text.matches(of: #/(?<whole>[0-9]+)(\.(?<fraction>[0-9]+))?(?<unit>ms|us|ns|d|h|m|s)/#) {
            guard let unit = units.first(where: { $0.name == part.output.unit })?.nanoseconds,
                let whole = Int64(part.output.whole)
            else { return nil }
            var (sum, overflow) = whole.multipliedReportingOverflow(by: unit)
            guard !overflow else { return nil }
            var place = unit
            for digit in (part.output.fraction ?? "").utf8 {
                guard place % 10 == 0 || digit == 0x30 else { return nil }
                place /= 10
                sum += place * Int64(digit - 0x30)
            }
            (total, overflow) = total.addingReportingOverflow(sum)
            guard !overflow else { return nil }
        }
        return total
    }

    /// The shortest exact form, in one unit: `90s`, `1h`.
    static func shown(_ nanoseconds: Int64) -> String {
        guard nanoseconds != 0, let unit = units.first(where: { nanoseconds % $0.nanoseconds == 0 }) else {
            return "0s"
        }
        return "\(nanoseconds / unit.nanoseconds)\(unit.name)"
    }

    /// The shortest exact form of a `Duration`, to the nanosecond.
    static func shown(_ duration: Duration) -> String { shown(nanoseconds(duration)) }

    /// A `Duration` in whole nanoseconds, saturating at 64 bits.
    static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : product + attoseconds / 1_000_000_000
    }

    /// Minutes and seconds, or hours too, for a progress line: `1:05`, `2:00:09`.
    static func clock(_ seconds: Int64) -> String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return seconds < 3600
            ? "\(seconds / 60):\(two(seconds % 60))"
            : "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    }
}

extension ValueKind where Value == Duration {
    /// A span of time with its unit.
    static func duration(_ range: ClosedRange<Duration>) -> Self {
        let span = "from \(DurationText.shown(range.lowerBound)) to \(DurationText.shown(range.upperBound))"
        return Self("DURATION", accepted: "a duration with its unit, such as 250ms, 5s or 1h30m, \(span)") { text in
            guard let nanoseconds = DurationText.nanoseconds(text) else { return nil }
            let duration = Duration.nanoseconds(nanoseconds)
            return range.contains(duration) ? duration : nil
        }
    }
}
