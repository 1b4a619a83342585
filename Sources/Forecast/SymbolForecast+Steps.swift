import TradeModel

extension SymbolForecast {
    /// Resolves what an eligible trade proves, oldest first: score, then learn that row.
    mutating func resolve(with trade: borrowing Observation, at clock: Int64, into events: inout [ForecastEvent]) {
        switch configuration.horizon {
        case .trades(let count):
            while pending.count > 0, eligibleTrades &- pending.firstOrdinal >= Int64(count) {
                score(Label(identity: trade.identity, time: clock, price: trade.price), into: &events)
            }
        case .time(let length):
            // A tie at τ₀+H proves nothing: the last trade before this one is the label.
            while let label, pending.count > 0, clock.isMore(than: length, above: pending.firstTime) {
                score(label, into: &events)
            }
        }
    }

    /// Scores the oldest prediction, then learns its row.
    private mutating func score(_ label: Label, into events: inout [ForecastEvent]) {
        let isWarm = counts.scored &+ counts.warmup >= Int64(configuration.warmup)
        if isWarm { counts.scored &+= 1 } else { counts.warmup &+= 1 }
        let price = pending.firstPrice
        let forecasts = pending.firstForecasts
        events.append(
            .resolved(
                Prediction(
                    origin: pending.firstIdentity, originTime: pending.firstTime, originPrice: price,
                    target: label.identity, targetTime: label.time, actual: label.price, forecasts: forecasts,
                    outcome: isWarm ? .scored : .warmup)))
        for place in 0..<errors.count {
            errors[place].append(1e4 * (label.price - forecasts.number(3 * place)) / price)
        }
        pending.copyFirstFeatures(into: &row)
        pending.removeFirst()
        let response = 1e4 * (label.price - price) / price
        Self.learn(&ols, row, response)
        Self.learn(&ar1, row, response)
    }

    /// Predicts from the eligible trade just taken, unless too many predictions wait.
    mutating func predict(from trade: borrowing Observation, at clock: Int64, into events: inout [ForecastEvent]) {
        guard pending.count < configuration.maxPending else {
            counts.refused &+= 1
            events.append(.refusedOrigin(trade.identity))
            return
        }
        windows.features(into: &row)
        let price = trade.price
        var forecasts = ModelForecasts()
        for place in 0..<models.count {
            let (predicted, rho) = predict(models[place], price: price)
            if let bounds = errors[place].bounds() {
                forecasts.append(
                    predicted: predicted, low: price * (1 + (rho + bounds.low) / 1e4),
                    high: price * (1 + (rho + bounds.high) / 1e4))
            } else {
                forecasts.append(predicted: predicted, low: .nan, high: .nan)
            }
        }
        counts.origins &+= 1
        pending.append(
            trade.identity, time: clock, price: price, ordinal: eligibleTrades, forecasts: forecasts, features: row)
        events.append(.origin(trade.identity, forecasts: forecasts))
    }

    /// A model's price and return in bps, from the features in `row`.
    private mutating func predict(_ model: ForecastModel, price: Double) -> (predicted: Double, rho: Double) {
        let rho: Double
        switch model {
        case .ols: rho = Self.predict(&ols, row)
        case .ar1: rho = Self.predict(&ar1, row)
        case .last: rho = 0
        case .drift: rho = drift
        case .ewma: return (windows.priceAverage, 1e4 * (windows.priceAverage - price) / price)
        }
        return (price * (1 + rho / 1e4), rho)
    }

    /// A regression takes the first of the features, as many as it has columns.
    private static func learn(_ regression: inout GivensRegression?, _ row: [Double], _ response: Double) {
        guard let columns = regression?.columns else { return }
        regression?.learn(row.span.extracting(0..<columns), response: response)
    }

    private static func predict(_ regression: inout GivensRegression?, _ row: [Double]) -> Double {
        guard let columns = regression?.columns else { return .nan }
        return regression?.predict(row.span.extracting(0..<columns)) ?? .nan
    }

    /// The mean one-trade return since the boundary × h, or the return per ms × H.
    private var drift: Double {
        switch configuration.horizon {
        case .trades(let count):
            return windows.trades > 1 ? windows.returnSum / Double(windows.trades &- 1) * Double(count) : 0
        case .time(let length):
            let elapsed = Double(windows.time &- windows.firstTime)
            return elapsed > 0 ? windows.returnSum / elapsed * Double(length) : 0
        }
    }
}
