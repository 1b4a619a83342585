extension ReplayRate {
    /// A change of rate by a key.
    enum Step {
        case faster
        case slower
    }

    /// Twice or half the rate; nil beyond the bounds of `--speed`.
    func scaled(_ step: Step) -> ReplayRate? {
        // Decimal text keeps it exact: halves of decimals are decimals.
        let (above, below) = step == .faster ? (numerator * 2, denominator) : (numerator, denominator * 2)
        let whole = above / below
        var rest = above % below
        var digits = ""
        while rest > 0, digits.utf8.count < 9 {
            rest *= 10
            digits += String(rest / below)
            rest %= below
        }
        guard rest == 0 else { return nil }  // finer than nine decimals
        let text = digits.isEmpty ? "\(whole)" : "\(whole).\(digits)"
        guard let rate = ReplayRate(text), rate.lies(betweenHundredths: 1, and: 100_000_000) else { return nil }
        return rate
    }
}
