/// Which eligible trades are origins (`--every`; backtest.md, section 3).
///
/// Admission never depends on a model.
public enum OriginRule: Sendable, Hashable {
    /// Every N-th eligible trade of the symbol, the first included; 1 is each.
    case trades(Int)
    /// The first eligible trade in each cell ⌊τ/E⌋, E in ms.
    case time(milliseconds: Int64)

    /// Reads `1`, `10t`, `1s`, `500ms`.
    ///
    /// - Parameter text: a whole number, alone or with `t` (trades), `s` or `ms` (time).
    /// - Throws: `ForecastError.badOption` naming the flag and what it accepts.
    public init(parsing text: String) throws(ForecastError) {
        guard let span = ForecastSpan(parsing: text) else {
            throw .badOption(option: "--every", value: text, accepted: Self.accepted)
        }
        switch span {
        case .trades(let count): self = .trades(count)
        case .milliseconds(let time): self = .time(milliseconds: time)
        }
    }

    /// The text with its unit in words: `1 trade`, `1 second`.
    public var text: String { span.words }

    /// The short form: `1`, `1s`.
    public var token: String { span.token }

    static let accepted = "trades as 1 or 10t (up to 1000000), or time as 1s or 500ms (up to 30 days)"

    private var span: ForecastSpan {
        switch self {
        case .trades(let count): .trades(count)
        case .time(let milliseconds): .milliseconds(milliseconds)
        }
    }
}
