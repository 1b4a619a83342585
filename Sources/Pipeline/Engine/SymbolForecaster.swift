import Forecast

/// What the engine needs of a forecast: one symbol's state, told of one trade at a time.
///
/// A pure function of what it is told. The product's is ``OLSForecaster``; tests drive the protocol with a toy whose
/// every input reaches every prediction.
protocol SymbolForecaster: Sendable {
    /// What makes two forecasters of a run alike.
    associatedtype Settings: Sendable

    init(_ settings: Settings)

    /// Reads what ``parts`` gave, bit for bit.
    init(_ parts: SymbolStateParts, settings: Settings) throws(PipelineError)

    /// The state as a `states` document holds it.
    var parts: SymbolStateParts { get }

    /// Handles a trade: resolves what is due, learns, updates, predicts.
    ///
    /// - Returns: the flag of a trade that is stored but not eligible.
    mutating func handle(_ trade: Observation, into resolved: inout [Prediction]) -> TradeFlag?

    /// Counts a trade that is stored as backfill and changes nothing else.
    mutating func countBackfill()

    /// Censors what is pending at an end marker; continuity stays as it is.
    mutating func end(into resolved: inout [Prediction])

    /// Censors what is pending at lost records; the next eligible trade continues nothing.
    mutating func gap(into resolved: inout [Prediction])

    /// The stream of the pending predictions' origins; nil if nothing is pending or its trades had no stream.
    var pendingStream: String? { get }

    /// What the live view shows of the symbol, if there is anything yet.
    var latest: LatestForecast? { get }

    /// Counts so far and how many predictions wait for their label, for summaries.
    var tally: (counts: ForecastCounts, pending: Int) { get }
}

/// Why a trade is stored but not eligible.
enum TradeFlag: String, Sendable {
    /// Too far behind the symbol clock.
    case late
    /// Too far ahead of the time of its receipt.
    case future
    /// Came after later ones of its stream had been handled.
    case backfill
}

/// The newest price and prediction of a symbol.
struct LatestForecast: Sendable, Equatable {
    var time: Int64
    var price: Double
    var forecast: ModelForecast?
    /// Error of the prediction that was resolved last.
    var error: Double?
    /// Eligible trades so far.
    var trades: Int64
}
