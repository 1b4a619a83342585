import TradeModel

/// A symbol of a partition: how far it has come, and its forecast.
struct SymbolState<Forecaster: SymbolForecaster>: Sendable {
    /// The identity of the last trade that was no backfill.
    struct Last: Sendable, Equatable {
        var stream: String
        var sequence: Int64
        var index: Int32

        init(_ header: RecordIdentity) {
            stream = header.stream
            sequence = header.sequence
            index = header.index
        }

        init(stream: String, sequence: Int64, index: Int32) {
            self.stream = stream
            self.sequence = sequence
            self.index = index
        }
    }

    let symbol: String
    /// Last record or end marker that changed anything in here, counts included; −1 for none.
    var offset: Int64 = -1
    var last: Last?
    var forecaster: Forecaster
    /// Whether the next checkpoint writes it.
    var isTouched = false
    /// Trades stored since the last checkpoint was queued.
    var news = 0

    init(symbol: String, forecaster: Forecaster) {
        self.symbol = symbol
        self.forecaster = forecaster
    }

    /// Whether a trade comes after later ones of its stream, by what this symbol has seen.
    func isBehind(_ trade: RecordIdentity) -> Bool {
        guard let last, last.stream == trade.stream else { return false }
        return last.sequence != trade.sequence ? last.sequence > trade.sequence : last.index >= trade.index
    }
}
