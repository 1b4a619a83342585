import Forecast
import TradeModel

/// One symbol's forecasting and first-pass scores; fed trade by trade in the tape's order.
struct SymbolScorer: Sendable {
    let symbol: String
    let setup: ScoringSetup
    private(set) var forecast: SymbolForecast
    private(set) var counts = SymbolCounts()
    /// One entry per model, in the models' order.
    private(set) var sums: [ScoreSums]
    private(set) var overlap: OverlapCounter
    private(set) var spool: PointSpool
    private(set) var tail = TailRing()
    private var scales = ScaleTracker()

    init(symbol: String, setup: ScoringSetup) {
        self.symbol = symbol
        self.setup = setup
        forecast = SymbolForecast(configuration: setup.configuration, models: setup.models)
        sums = [ScoreSums](repeating: ScoreSums(), count: setup.models.count)
        overlap = OverlapCounter(length: setup.horizonLength)
        spool = PointSpool(models: setup.models.count - 1)
    }

    /// Handles one trade.
    ///
    /// - Parameters:
    ///   - observation: the trade.
    ///   - place: the worker's spool.
    ///   - events: scratch; emptied, then filled with what happened.
    /// - Throws: `BacktestError.spool`.
    mutating func handle(
        _ observation: borrowing Observation, spoolingTo place: inout SpoolPlace, events: inout [ForecastEvent]
    ) throws(BacktestError) {
        events.removeAll(keepingCapacity: true)
        counts.add(forecast.handle(observation, into: &events))
        try score(events, &place)
    }

    /// Censors what is pending when the tapes end.
    mutating func end(spoolingTo place: inout SpoolPlace, events: inout [ForecastEvent]) throws(BacktestError) {
        events.removeAll(keepingCapacity: true)
        forecast.censor(.end, into: &events)
        try score(events, &place)
    }

    private mutating func score(_ events: [ForecastEvent], _ place: inout SpoolPlace) throws(BacktestError) {
        for index in events.indices {
            switch events[index] {
            case .boundary(let reason):
                counts.boundaries[reason.place] += 1
                scales.boundary()
            case .eligible(let price, _):
                scales.eligible(price: price)
            case .origin:
                counts.origins += 1
                scales.origin()
            case .refusedOrigin:
                counts.refused += 1
            case .resolved(let prediction):
                try resolve(prediction, &place)
            }
        }
    }

    private mutating func resolve(_ prediction: Prediction, _ place: inout SpoolPlace) throws(BacktestError) {
        let frozen = scales.resolve()
        switch prediction.outcome {
        case .censored(let reason): counts.censored[reason.place] += 1
        case .warmup: counts.warmUp += 1
        case .scored:
            guard let actual = prediction.actual else { return }
            counts.scored += 1
            let point = ScoredPoint(
                time: prediction.originTime, origin: prediction.originPrice, actual: actual, scale: frozen.absolute,
                squareScale: frozen.square)
            for model in sums.indices {
                sums[model].add(point, prediction.forecasts[model], alpha: setup.alpha)
            }
            overlap.add(start: setup.countsTrades ? frozen.index : prediction.originTime)
            tail.append(
                TailPoint(
                    time: prediction.targetTime ?? prediction.originTime, origin: prediction.originPrice,
                    actual: actual,
                    forecast: prediction.forecasts[0]))
            try spool.append(point, prediction.forecasts, skipping: setup.last, to: place.file, end: &place.end)
        }
    }
}

/// A worker's temporary file and how far it is filled.
struct SpoolPlace: Sendable {
    let file: SpoolFile
    var end: Int64 = 0
}
