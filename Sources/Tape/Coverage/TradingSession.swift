/// When a symbol can trade: the regular session of New York for symbols without a prefix, always for the others.
///
/// Daylight saving by the rule of 2007 (second Sunday of March to first Sunday of November). Holidays and early closes are
/// not known here, so a holiday counts as a session of which nothing was captured.
enum TradingSession {
    private static let hour: Int64 = 3_600_000_000_000
    static let day: Int64 = 86_400_000_000_000

    /// The stretch of receive time that a symbol trades on a UTC day, ns since the epoch; nil on weekends of New York.
    static func stretch(of symbol: String, day number: Int64) -> Range<Int64>? {
        let start = number * day
        guard !symbol.contains(":") else { return start..<start + day }
        // 1 January 1970 was a Thursday.
        let weekday = ((number + 4) % 7 + 7) % 7
        guard (1...5).contains(weekday) else { return nil }
        let offset: Int64 = isDaylightSaving(number) ? 4 : 5
        return start + (9 + offset) * hour + hour / 2..<start + (16 + offset) * hour
    }

    /// Whether New York's clocks are forward on the trading hours of a day.
    static func isDaylightSaving(_ number: Int64) -> Bool {
        let (_, month, date) = civil(number)
        guard month > 2, month < 12 else { return false }
        guard month == 3 || month == 11 else { return true }
        let weekday = ((number + 4) % 7 + 7) % 7
        // The date of the month's first Sunday.
        let firstSunday = ((date - 1 - weekday) % 7 + 7) % 7 + 1
        return month == 3 ? date >= firstSunday + 7 : date < firstSunday
    }

    /// Year, month and date of a day since the epoch.
    static func civil(_ number: Int64) -> (year: Int64, month: Int64, date: Int64) {
        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let date = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, date)
    }

    /// A day as `2024-08-09`.
    static func text(_ number: Int64) -> String { String(TapeTime.text(number * day).prefix(10)) }
}
