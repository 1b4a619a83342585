extension ForecastConfiguration {
    /// Refuses values that make no sense, naming flag and range; repairs nothing.
    ///
    /// - Throws: `ForecastError.badOption`, a usage error.
    public func validate() throws(ForecastError) {
        try checkSpans()
        let day: Int64 = 86_400_000
        try check("--lateness", latenessMilliseconds, 0...day, "0 to 86400000 ms")
        try check("--max-future", futureMilliseconds, 0...day, "0 to 86400000 ms")
        try check("--max-silence", maxSilenceMilliseconds, 1...(30 * day), "1 ms to 30 days")
        try check("--max-pending", maxPending, 1...1_000_000, "1 to 1000000")
        try check("--warmup", warmup, 0...1_000_000_000, "0 to 1000000000 predictions")
        try check("--level", levelPermille, 1...999, "1 to 999 permille (0.1 % to 99.9 %)")
        // Below 0.5 a row would outweigh all before it together; 1/(1-λ) must stay a sensible count.
        guard lambda == 1 || (lambda >= 0.5 && lambda <= 1 - 1e-9) else {
            throw .badOption(option: "--lambda", value: "\(lambda)", accepted: "1, or 0.5 to 0.999999999")
        }
        guard ridge == 0 || (ridge >= 1e-30 && ridge <= 1e30) else {
            throw .badOption(option: "--ridge", value: "\(ridge)", accepted: "0, or 1e-30 to 1e30")
        }
        if let bound = pendingBound, bound > maxPending {
            throw .badOption(
                option: "--horizon", value: horizon.token,
                accepted: "one with at most \(maxPending) predictions pending (this one has up to \(bound)), "
                    + "a wider --every, or a larger --max-pending")
        }
    }

    private func checkSpans() throws(ForecastError) {
        let span: ForecastSpan =
            switch horizon {
            case .trades(let count): .trades(count)
            case .time(let milliseconds): .milliseconds(milliseconds)
            }
        guard span.isWithinBounds else {
            throw .badOption(option: "--horizon", value: horizon.token, accepted: Horizon.accepted)
        }
        let origin: ForecastSpan =
            switch originRule {
            case .trades(let count): .trades(count)
            case .time(let milliseconds): .milliseconds(milliseconds)
            }
        guard origin.isWithinBounds else {
            throw .badOption(option: "--every", value: originRule.token, accepted: OriginRule.accepted)
        }
    }

    private func check<Number: BinaryInteger>(
        _ option: String, _ value: Number, _ range: ClosedRange<Number>, _ accepted: String
    ) throws(ForecastError) {
        guard range.contains(value) else {
            throw .badOption(option: option, value: String(value), accepted: accepted)
        }
    }
}
