import Forecast
import Synchronization

/// What the threads of a member count together.
final class Totals: Sendable {
    private struct State {
        var summary = PipelineSummary()
        /// What the live view has not shown yet.
        var news: [String: (latest: LatestForecast, offset: Int64)] = [:]
        var handled = 0
    }
    private let state = Mutex(State())

    var summary: PipelineSummary { state.withLock { $0.summary } }

    /// Records flushed so far, checkpointed or not.
    var flushed: Int { state.withLock { $0.handled } }

    func wrote(_ tally: BatchFlush.Tally, _ items: [FlushItem]) {
        let records = items.reduce(0) { $0 + $1.batch.recordCount }
        state.withLock {
            $0.summary.add(tally)
            $0.handled += records
        }
    }

    func checkpointed(_ delta: RunDelta) {
        state.withLock {
            $0.summary.add(delta)
            $0.summary.checkpoints += 1
        }
    }

    func retried() { state.withLock { $0.summary.storeRetries += 1 } }

    /// The states of a partition that is let go.
    func ended(_ symbols: [(symbol: String, tally: (counts: ForecastCounts, pending: Int))]) {
        state.withLock {
            for (symbol, tally) in symbols {
                $0.summary.symbols[symbol, default: .init()].counts = tally.counts
                $0.summary.symbols[symbol, default: .init()].pending = tally.pending
            }
        }
    }

    func show(_ symbol: String, _ latest: LatestForecast, offset: Int64) {
        state.withLock { $0.news[symbol] = (latest, offset) }
    }

    /// Takes what the live view shows next, sorted by symbol.
    func takeNews() -> [(symbol: String, latest: LatestForecast, offset: Int64)] {
        let news = state.withLock {
            let taken = $0.news
            $0.news = [:]
            return taken
        }
        return news.keys.sorted().compactMap { symbol in news[symbol].map { (symbol, $0.latest, $0.offset) } }
    }
}
