import Forecast

/// The product's forecast: `Forecast`'s least squares, the same code as in the backtest.
struct OLSForecaster: SymbolForecaster {
    typealias Settings = ForecastConfiguration

    private static let models: [ForecastModel] = [.ols]
    private var state: SymbolForecast
    /// Reused from trade to trade.
    private var events: [ForecastEvent] = []
    private var price: (time: Int64, value: Double)?
    private var newest: ModelForecast?
    private var error: Double?

    init(_ settings: ForecastConfiguration) {
        state = SymbolForecast(configuration: settings, models: Self.models)
    }

    init(_ parts: SymbolStateParts, settings: ForecastConfiguration) throws(PipelineError) {
        do throws(ForecastError) {
            state = try SymbolForecast(configuration: settings, models: Self.models, parts: parts)
        } catch {
            throw PipelineError(.corrupt, "\(error)")
        }
    }

    var parts: SymbolStateParts { state.parts }

    var pendingStream: String? { state.pendingCount > 0 ? state.stream : nil }

    var tally: (counts: ForecastCounts, pending: Int) { (state.counts, state.pendingCount) }

    var latest: LatestForecast? {
        price.map {
            LatestForecast(time: $0.time, price: $0.value, forecast: newest, error: error, trades: state.eligibleTrades)
        }
    }

    mutating func handle(_ trade: Observation, into resolved: inout [Prediction]) -> TradeFlag? {
        let disposition = state.handle(trade, into: &events)
        sort(into: &resolved)
        switch disposition {
        case .late: return .late
        case .future: return .future
        case .eligible, .dropped: return nil
        }
    }

    mutating func countBackfill() { state.countBackfill() }

    mutating func end(into resolved: inout [Prediction]) {
        state.censor(.end, into: &events)
        sort(into: &resolved)
    }

    mutating func gap(into resolved: inout [Prediction]) {
        state.censor(.gap, into: &events)
        sort(into: &resolved)
    }

    private mutating func sort(into resolved: inout [Prediction]) {
        for event in events {
            switch event {
            case .resolved(let prediction):
                resolved.append(prediction)
                if let actual = prediction.actual, let predicted = prediction.forecasts.first?.predicted {
                    error = actual - predicted
                }
            case .eligible(let value, let time): price = (time, value)
            case .origin(_, let forecasts): newest = forecasts.first
            case .boundary: newest = nil
            case .refusedOrigin: break
            }
        }
        events.removeAll(keepingCapacity: true)
    }
}
