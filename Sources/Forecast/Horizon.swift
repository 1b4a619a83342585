/// How far ahead a prediction looks (backtest.md, section 3).
public enum Horizon: Sendable, Hashable {
    /// The price of the h-th eligible trade after the origin.
    case trades(Int)
    /// The price of the last eligible trade with τ ≤ τ₀ + H, in ms.
    case time(milliseconds: Int64)

    /// Reads `1`, `10`, `10t`, `5s`, `250ms`.
    ///
    /// - Parameter text: a whole number, alone or with `t` (trades), `s` or `ms` (time).
    /// - Throws: `ForecastError.badOption` naming the flag and what it accepts.
    public init(parsing text: String) throws(ForecastError) {
        guard let span = ForecastSpan(parsing: text) else {
            throw .badOption(option: "--horizon", value: text, accepted: Self.accepted)
        }
        switch span {
        case .trades(let count): self = .trades(count)
        case .milliseconds(let time): self = .time(milliseconds: time)
        }
    }

    /// The text with its unit in words, for reports: `1 trade`, `10 trades`, `5 seconds`.
    public var text: String { span.words }

    /// The short form, for ids and documents: `10`, `5s`, `250ms`.
    public var token: String { span.token }

    static let accepted = "trades as 1 or 10t (up to 1000000), or time as 5s or 250ms (up to 30 days)"

    private var span: ForecastSpan {
        switch self {
        case .trades(let count): .trades(count)
        case .time(let milliseconds): .milliseconds(milliseconds)
        }
    }
}
