import TradeModel

extension SimulatorConfiguration {
    /// Refuses what no market can be made of.
    ///
    /// - Throws: `SimulatorError`, which names the option and the accepted range.
    public func validate() throws(SimulatorError) {
        func check(_ holds: Bool, _ option: String, _ value: Any, _ accepted: String) throws(SimulatorError) {
            guard holds else { throw SimulatorError(option: option, value: "\(value)", accepted: accepted) }
        }
        func check(_ duration: Duration, _ option: String, atLeast least: Duration) throws(SimulatorError) {
            let isGood = duration >= least && duration <= .seconds(Self.longest)
            try check(isGood, option, duration, "\(least) to 3653 days")
        }
        try check(
            (1...1000).contains(symbols.count) && symbols.allSatisfy(TradeBounds.isSymbol)
                && Set(symbols).count == symbols.count,
            "symbols", symbols.joined(separator: ","), "1 to 1000 different symbols of 1 to 128 printable bytes")
        try check(trades != nil || duration != nil, "trades", "none", "a number of trades, a duration, or both")
        if let trades { try check((1...1_000_000_000).contains(trades), "trades", trades, "1 to 1000000000") }
        if let duration { try check(duration, "duration", atLeast: .milliseconds(1)) }
        try check(
            (TradeBounds.time.lowerBound + 1000...TradeBounds.time.upperBound - Self.longest * 1000).contains(start),
            "start", start, "a time in the years 2000 to 2090, in ms since the epoch")
        try check((1e-4...1e6).contains(rate), "rate", rate, "0.0001 to 1000000 a second")
        if let trades, duration == nil {
            let needed = Double(trades) / (rate * Double(symbols.count))
            try check(needed < Double(Self.longest) / 2, "rate", rate, "a rate that makes the trades within 1826 days")
        }
        try check((0...1).contains(burstShare), "burst-share", burstShare, "0 to 1")
        try check((1...1000).contains(burstLength), "burst-length", burstLength, "1 to 1000")
        try check((0...9).contains(priceDecimals), "price-decimals", priceDecimals, "0 to 9")
        try check((1...1_000_000).contains(tick), "tick", tick, "1 to 1000000 units of the last decimal")
        // A hundredth of the price is at least one tick, a hundredfold is exact as a double's integer.
        let unit = PriceScale.powers[max(0, min(priceDecimals, 9))]
        let least = 100 * Double(tick) / unit
        let most = min(1e10, 9e13 / unit)
        try check(price >= least && price <= most, "price", price, "\(least) to \(most) with these decimals and tick")
        try check((0...100).contains(volatility), "volatility", volatility, "0 to 100 basis points")
        try check((0...1000).contains(bounce), "bounce", bounce, "0 to 1000 basis points")
        try check((0...1).contains(disorder), "disorder", disorder, "0 to 1")
        try check(gapLength, "gap-length", atLeast: .milliseconds(1))
        if let gapEvery {
            try check(gapEvery, "gap-every", atLeast: .milliseconds(1))
            try check(gapEvery > gapLength, "gap-every", gapEvery, "more than --gap-length, \(gapLength)")
        }
        try check(ping, "ping", atLeast: .zero)
        try check(frameInterval, "frame-interval", atLeast: .zero)
        try check(delay >= .zero && delay <= .seconds(3600), "delay", delay, "0 to 1 hour")
        try check(
            relation.count == 3 && relation.reduce(0) { $0 + abs($1) } < 1, "relation",
            relation.map { "\($0)" }.joined(separator: ","),
            "three coefficients whose sizes sum to less than 1, so that the returns stay bounded")
    }

    /// Ten years, in seconds: no market goes on for longer.
    static var longest: Int64 { 3653 * 86400 }
}
