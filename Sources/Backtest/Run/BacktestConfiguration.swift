import Forecast
import Foundation

/// What a backtest scores, and how.
public struct BacktestConfiguration: Sendable {
    /// The tapes; parts of a stream in any order.
    public var tapes: [String]
    /// Every option that can reach a prediction; the pipeline must run the same.
    public var forecast: ForecastConfiguration
    /// Threads that forecast and score, 1 to 64; the result does not depend on it.
    ///
    /// Default: one per processor.
    public var jobs: Int
    /// Points below which a gate on `*` passes over a symbol.
    ///
    /// Default: 100.
    public var minimumPoints: Int
    /// Conditions under which the run fails.
    ///
    /// Default: none.
    public var gates: [Gate]
    /// The variance of Diebold–Mariano.
    ///
    /// Default: Bartlett.
    public var variance: DieboldMariano.Variance
    /// Stream id of files that name none.
    ///
    /// Default: nil, derived from their first MiB.
    public var stream: String?
    /// Leave out and count bad lines of files that are no tapes.
    ///
    /// Default: false.
    public var skipsBadLines: Bool
    /// Where the nameless temporary file goes, 64 bytes a scored trade.
    ///
    /// Default: `TMPDIR`, or `/tmp`.
    public var temporaryFolder: String

    /// Scores these tapes with the defaults.
    public init(tapes: [String], forecast: ForecastConfiguration = ForecastConfiguration()) {
        self.tapes = tapes
        self.forecast = forecast
        jobs = max(1, min(64, ProcessInfo.processInfo.activeProcessorCount))
        minimumPoints = 100
        gates = []
        variance = .bartlett
        stream = nil
        skipsBadLines = false
        temporaryFolder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    }

    /// Refuses what is out of range.
    ///
    /// - Throws: `BacktestError.badSetting`, or `ForecastError.badOption`.
    public func validate() throws {
        guard (1...64).contains(jobs) else {
            throw BacktestError.badSetting(name: "--jobs", given: "\(jobs)", accepted: "1 to 64")
        }
        guard minimumPoints >= 1 else {
            throw BacktestError.badSetting(name: "--min-n", given: "\(minimumPoints)", accepted: "1 or more")
        }
        guard !tapes.isEmpty else {
            throw BacktestError.badSetting(name: "TAPE", given: "(none)", accepted: "one tape or more")
        }
        try forecast.validate()
    }
}
