import TradeModel

extension SymbolForecast {
    /// Handles the next trade of the symbol.
    ///
    /// - Parameters:
    ///   - trade: the trade, in arrival order.
    ///   - events: where what happens is appended, in order.
    /// - Returns: what became of the trade.
    /// - Complexity: O(1) but for the predictions it resolves; no allocation once the pending queue has grown.
    public mutating func handle(_ trade: borrowing Observation, into events: inout [ForecastEvent]) -> Disposition {
        if let receive = trade.receive,
            trade.time.isMore(than: configuration.futureMilliseconds, above: receive.flooredQuotient(by: 1_000_000))
        {
            counts.future &+= 1
            return .future
        }
        if let clock, clock.isMore(than: configuration.latenessMilliseconds, above: trade.time) {
            counts.late &+= 1
            return .late
        }
        if let reason = boundary(before: trade) { censor(reason, into: &events) }
        follow(trade)
        let clock = max(self.clock ?? trade.time, trade.time)
        self.clock = clock
        let rule = eligibility.rule(price: trade.price, volume: trade.volume, conditions: trade.conditions)
        if let rule {
            if eligibility.countsAsVolume(
                price: trade.price, volume: trade.volume, conditions: trade.conditions)
            {
                windows.addVolume(price: trade.price, volume: trade.volume, time: clock)
            }
            return .dropped(rule)
        }
        eligibleTrades &+= 1
        resolve(with: trade, at: clock, into: &events)
        windows.addEligible(price: trade.price, volume: trade.volume, time: clock)
        if case .time = configuration.horizon {
            label = Label(identity: trade.identity, time: clock, price: trade.price)
        }
        events.append(.eligible(price: trade.price, time: clock))
        if isOrigin(at: clock), windows.trades > Int64(FeatureWindows.cold) {
            predict(from: trade, at: clock, into: &events)
        }
        return .eligible
    }

    /// Ends continuity: what is pending is censored, windows are reset, coefficients and clock stay.
    ///
    /// The pipeline calls it at a stream's end marker (`end`) and at a gap of its own data; `handle` finds the others.
    public mutating func censor(_ reason: CensorReason, into events: inout [ForecastEvent]) {
        events.append(.boundary(reason))
        while pending.count > 0 {
            counts.censored &+= 1
            events.append(
                .resolved(
                    Prediction(
                        origin: pending.firstIdentity, originTime: pending.firstTime,
                        originPrice: pending.firstPrice, target: nil, targetTime: nil, actual: nil,
                        forecasts: pending.firstForecasts, outcome: .censored(reason))))
            pending.removeFirst()
        }
        windows.reset()
        label = nil
    }

    /// Why continuity breaks before a trade that is neither late nor future; the stream outranks the gap, the gap silence.
    ///
    /// Mutating only so that the state is not copied for the call.
    private mutating func boundary(before trade: borrowing Observation) -> CensorReason? {
        guard let clock else { return nil }
        if let stream, let other = trade.stream {
            if other != stream { return .stream }
            if let segment, let other = trade.segment, other != segment { return .gap }
        }
        return trade.time.isMore(than: configuration.maxSilenceMilliseconds, above: clock) ? .silence : nil
    }

    /// Remembers where the trade stands; a trade of unknown continuity changes nothing.
    private mutating func follow(_ trade: borrowing Observation) {
        guard let other = trade.stream else { return }
        if stream != other {
            stream = other
            segment = trade.segment
        } else if let known = trade.segment {
            segment = known
        }
    }

    /// Whether the eligible trade just counted is due to be an origin; depends on no model.
    private mutating func isOrigin(at clock: Int64) -> Bool {
        switch originRule {
        case .trades(let every): return (eligibleTrades &- 1) % Int64(every) == 0
        case .time(let cell):
            let current = clock.flooredQuotient(by: cell)
            defer { originCell = current }
            return originCell != current
        }
    }
}

extension Int64 {
    /// Whether self − other > margin, whatever the numbers.
    func isMore(than margin: Int64, above other: Int64) -> Bool {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? self > other : difference > margin
    }
}
