import Forecast
import Foundation
import Tape

/// Sends tapes in virtual time through the pipeline's own forecasting code and scores what it predicts.
public struct BacktestRun: Sendable {
    private let configuration: BacktestConfiguration
    private let setup: ScoringSetup

    /// A run of a configuration.
    ///
    /// - Throws: `BacktestError.badSetting`, `ForecastError.badOption`.
    public init(configuration: BacktestConfiguration) throws {
        try configuration.validate()
        self.configuration = configuration
        setup = ScoringSetup(configuration: configuration.forecast, variance: configuration.variance)
    }

    /// The model under test with its revision, `ols:<revision>`, as stored documents name it.
    public var model: String { BacktestReport.name(of: .ols, configuration.forecast) }

    /// Runs; blocks until the report is there.
    ///
    /// Memory does not grow with the tapes: what needs a second pass waits in a nameless temporary file.
    ///
    /// - Parameters:
    ///   - stored: predictions to compare with, bit for bit; nil: none.
    ///   - progress: called on the caller's thread, often; what it throws ends the run.
    /// - Returns: the report.
    /// - Throws: `TapeError`, `BacktestError`, or what `progress` or `stored` throws.
    public func run(
        against stored: (any StoredPredictions)? = nil, progress: (BacktestProgress) throws -> Void = { _ in }
    ) throws -> BacktestReport {
        let reader = try TapeReader(
            paths: configuration.tapes,
            configuration: TapeReaderConfiguration(
                skipsBadLines: configuration.skipsBadLines, stream: configuration.stream))
        let (account, outcomes) = try firstPass(reader, against: stored, progress)
        guard account.lines > 0 else { throw BacktestError.noLines }
        var comparison: PredictionComparison?
        if let stored {
            comparison = ComparisonTally.join(
                outcomes.compactMap(\.comparison), model: model, stored: try stored.count(model: model))
        }
        try progress(
            BacktestProgress(
                phase: .inference, lines: account.lines, trades: account.trades, receive: account.lastReceive ?? 0,
                fileBytes: reader.bytesRead,
                totalBytes: reader.totalBytes))
        let pooled = pool(outcomes.flatMap(\.scorers))
        let entries = try secondPass(outcomes, pooled: pooled)
        return ReportAssembly(configuration: configuration, setup: setup)
            .report(entries, pooled: pooled, tape: account, comparison: comparison)
    }

    private func firstPass(
        _ reader: TapeReader, against stored: (any StoredPredictions)?, _ progress: (BacktestProgress) throws -> Void
    ) throws -> (TapeAccount, [SymbolWorker.Outcome]) {
        let pending = try stored.map { store in
            Dictionary(try store.pending(model: model).map { ($0.origin, $0) }, uniquingKeysWith: { first, _ in first })
        }
        let queues = (0..<configuration.jobs).map { _ in FeedQueue() }
        let threads = queues.enumerated().map { number, queue in
            WorkerThread(name: "backtest-\(number)") { [setup, configuration, model] in
                do {
                    let tally = stored.map { ComparisonTally(store: $0, model: model, pending: pending ?? [:]) }
                    var worker = SymbolWorker(
                        setup: setup, file: try SpoolFile(folder: configuration.temporaryFolder), comparison: tally)
                    return try worker.run(queue)
                } catch {
                    queue.abandon()
                    throw error
                }
            }
        }
        var feed = TapeFeed(queues: queues)
        let read = Result { try feed.run(reader, progress: progress) }
        if case .failure = read { for queue in queues { queue.abandon() } }
        for queue in queues { queue.close() }
        // Every thread ends before the first error is thrown: none may outlive the run.
        let results = threads.map { thread in Result { try thread.join() } }
        _ = try read.get()
        return (feed.account, try results.map { try $0.get() })
    }

    /// The sums over all symbols, added in UTF-8 order.
    private func pool(_ scorers: [SymbolScorer]) -> [ScoreSums] {
        var pooled = [ScoreSums](repeating: ScoreSums(), count: setup.models.count)
        for scorer in scorers.sorted(by: { $0.symbol.precedesInUTF8($1.symbol) }) {
            for model in pooled.indices { pooled[model].merge(scorer.sums[model]) }
        }
        return pooled
    }

    private func secondPass(_ outcomes: [SymbolWorker.Outcome], pooled: [ScoreSums]) throws -> [ReportAssembly.Entry] {
        let pass = SecondPass(setup: setup, pooled: pooled)
        let threads = outcomes.enumerated().map { number, outcome in
            WorkerThread(name: "backtest-\(number)") {
                try outcome.scorers.map {
                    ReportAssembly.Entry(scorer: $0, result: try pass.run($0, file: outcome.file))
                }
            }
        }
        let results = threads.map { thread in Result { try thread.join() } }
        return try results.flatMap { try $0.get() }.sorted { $0.scorer.symbol.precedesInUTF8($1.scorer.symbol) }
    }
}
