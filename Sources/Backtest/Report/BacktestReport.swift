import Forecast
import JSONText

/// What a backtest found.
///
/// Equal for equal tapes and options, byte for byte in every form: it holds no date of the run, host, path, duration or
/// number of jobs.
public struct BacktestReport: Sendable {
    /// The number of the JSON form; it grows when a key changes its meaning.
    public static let schema = 1

    /// Every option that reached a prediction.
    public var configuration: ForecastConfiguration
    /// The variance of Diebold–Mariano.
    public var variance: DieboldMariano.Variance
    /// Points below which a gate on `*` passes over a symbol.
    public var minimumPoints: Int
    /// What the tapes held.
    public var tape: TapeAccount
    /// Trades by rule and predictions by outcome, over all symbols.
    public var counts: SymbolCounts
    /// The symbols, by name (UTF-8).
    public var symbols: [SymbolReport]
    /// One sum over all points, per model.
    public var micro: [ModelScore]
    /// The unweighted mean over symbols, per model.
    public var macro: [ModelScore]
    /// The gates, as given.
    public var gates: [GateResult]
    /// The comparison with stored predictions, if one was asked for.
    public var comparison: PredictionComparison?

    /// The model under test with its revision, `ols:<revision>`, as documents name it.
    public var model: String { Self.name(of: .ols, configuration) }

    /// 4: a gate or the comparison does not hold; 3: data lost or rejected; 0 otherwise.
    public var exitCode: Int32 {
        if gates.contains(where: { !$0.passed }) || comparison?.holds == false { return 4 }
        return tape.truncation != nil || tape.rejections > 0 || tape.undecodable > 0 || tape.skippedLines > 0 ? 3 : 0
    }

    static func name(of model: ForecastModel, _ configuration: ForecastConfiguration) -> String {
        "\(model.rawValue):\(configuration.revision(of: model))"
    }
}
