import Forecast

/// What can reach a prediction: the same options for pipeline and backtest, so that their revisions can be equal.
enum ForecastOptions {
    private static let standard = ForecastConfiguration()

    static let horizon = CommandOption(
        "horizon", .horizon, default: standard.horizon.token, help: "how far ahead to predict")
    static let every = CommandOption(
        "every", .originRule,
        help: "which eligible trades to predict from (default: each; with a time horizon one a second)")
    static let lambda = CommandOption(
        "lambda", .decimal("L", 0.5...1), default: "1",
        help: "weight that older rows keep at each new row; 1 forgets nothing")
    static let ridge = CommandOption(
        "ridge", .decimal("K", 0...1e30), default: "0", usual: false,
        help: "ridge penalty of all regressors but the intercept")
    static let warmup = CommandOption(
        "warmup", .integer("N", 0...1_000_000_000), default: "\(standard.warmup)", usual: false,
        help: "resolved predictions of a symbol that are learnt but not scored")
    static let level = CommandOption(
        "level", .percentage, default: "90", usual: false, help: "level of the prediction interval, percent")
    static let oddLots = CommandOption(
        switch: "odd-lots", usual: false, help: "let odd lots (condition 12) move the price")
    static let lateness = CommandOption(
        "lateness", .milliseconds(0...86_400_000), default: shown(standard.latenessMilliseconds), usual: false,
        help: "how far a trade may lie behind the symbol's clock before it counts as late")
    static let maxFuture = CommandOption(
        "max-future", .milliseconds(0...86_400_000), default: shown(standard.futureMilliseconds), usual: false,
        help: "how far a trade's time may lie after its receipt before it counts as future")
    static let maxSilence = CommandOption(
        "max-silence", .milliseconds(1...2_592_000_000), default: shown(standard.maxSilenceMilliseconds), usual: false,
        help: "silence of a symbol that no prediction may reach across")
    static let maxPending = CommandOption(
        "max-pending", .integer("N", 1...1_000_000), default: "\(standard.maxPending)", usual: false,
        help: "pending predictions of a symbol; beyond it origins are refused and counted")

    static let specs = [
        horizon.spec, every.spec, lambda.spec, ridge.spec, warmup.spec, level.spec, oddLots.spec, lateness.spec,
        maxFuture.spec, maxSilence.spec, maxPending.spec,
    ]

    /// The configuration that the settings ask for.
    ///
    /// - Throws: `ForecastError` for values that do not go together.
    static func configuration(_ settings: Settings) throws(ForecastError) -> ForecastConfiguration {
        var configuration = ForecastConfiguration()
        configuration.horizon = settings[horizon]
        configuration.every = settings.value(every)
        configuration.lambda = settings[lambda]
        configuration.ridge = settings[ridge]
        configuration.warmup = settings[warmup]
        configuration.levelPermille = settings[level]
        configuration.oddLots = settings[oddLots]
        configuration.latenessMilliseconds = settings[lateness]
        configuration.futureMilliseconds = settings[maxFuture]
        configuration.maxSilenceMilliseconds = settings[maxSilence]
        configuration.maxPending = settings[maxPending]
        try configuration.validate()
        return configuration
    }

    private static func shown(_ milliseconds: Int64) -> String { DurationText.shown(milliseconds * 1_000_000) }
}

extension ValueKind where Value == Horizon {
    /// Trades or time.
    static let horizon = Self(
        "H", accepted: "trades, such as 1 or 10t (up to 1000000), or time, such as 5s or 250ms (up to 30 days)"
    ) { try? Horizon(parsing: $0) }
}

extension ValueKind where Value == OriginRule {
    /// Trades or time.
    static let originRule = Self(
        "E", accepted: "trades, such as 1 or 10t (up to 1000000), or time, such as 1s or 500ms (up to 30 days)"
    ) { try? OriginRule(parsing: $0) }
}

extension ValueKind where Value == Int {
    /// A percentage with at most one decimal, as ‰.
    static let percentage = Self("P", accepted: "a percentage from 0.1 to 99.9 with at most one decimal") { text in
        guard let match = text.wholeMatch(of: #/([0-9]{1,2})(?:\.([0-9]))?/#)?.output, let whole = Int(match.1) else {
            return nil
        }
        let permille = whole * 10 + (match.2.flatMap { Int($0) } ?? 0)
        return permille > 0 ? permille : nil
    }
}

extension ValueKind where Value == Int64 {
    /// A span of time in whole milliseconds.
    static func milliseconds(_ range: ClosedRange<Int64>) -> Self {
        let shown = [range.lowerBound, range.upperBound].map { DurationText.shown($0 * 1_000_000) }
        return Self(
            "DURATION", accepted: "a duration in whole ms, such as 250ms or 5s, from \(shown[0]) to \(shown[1])"
        ) {
            guard let nanoseconds = DurationText.nanoseconds($0), nanoseconds % 1_000_000 == 0,
                range.contains(nanoseconds / 1_000_000)
            else { return nil }
            return nanoseconds / 1_000_000
        }
    }
}
