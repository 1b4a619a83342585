import Simulator

/// The parameters of a synthetic market as options, each named after the simulator's own property.
enum SimulateOptions {
    private static let standard = SimulatorConfiguration()
    private static let longest = Duration.seconds(36_525 * 86_400)

    static let symbols = CommandOption(
        "symbols", .symbols, default: standard.symbols.joined(separator: ","), help: "symbols, each a market of its own"
    )
    static let trades = CommandOption(
        "trades", .integer("N", 1...1_000_000_000),
        help: "trades in all (default: \(standard.trades ?? 0), or as many as fit --duration)")
    static let duration = CommandOption(
        "duration", .duration(.milliseconds(1)...longest),
        help: "time to simulate (default: until the trades are complete)")
    static let seed = CommandOption("seed", .seed, default: "\(standard.seed)", help: "seed of every random number")
    static let rate = CommandOption(
        "rate", .decimal("R", 1e-4...1e6), default: "\(standard.rate)", help: "arrivals a second of each symbol")
    static let price = CommandOption(
        "price", .decimal("P", 1e-8...1e10), default: "\(standard.price)", help: "price at which every symbol starts")
    static let volatility = CommandOption(
        "volatility", .decimal("BP", 0...100), default: "\(standard.volatility)",
        help: "standard deviation of a one-trade return's noise, basis points")
    static let bounce = CommandOption(
        "bounce", .decimal("BP", 0...1000), default: "\(standard.bounce)",
        help: "distance between buyers' and sellers' price, basis points; 0: none")
    static let relation = CommandOption(
        "relation", .coefficients, default: "0,0,0",
        help: "planted relation: what the last three one-trade returns tell of the next")
    static let conditions = CommandOption(
        "conditions", ValueKind<SimulatedConditions>.choice("KIND"), default: standard.conditions.rawValue,
        usual: false,
        help: "sale conditions and volumes as crypto (null) or US stocks have them")
    static let burstShare = CommandOption(
        "burst-share", .decimal("X", 0...1), default: "\(standard.burstShare)", usual: false,
        help: "share of arrivals that are several trades within one millisecond")
    static let burstLength = CommandOption(
        "burst-length", .decimal("N", 1...1000), default: "\(standard.burstLength)", usual: false,
        help: "mean number of trades in a burst")
    static let priceDecimals = CommandOption(
        "price-decimals", .integer("N", 0...9), default: "\(standard.priceDecimals)", usual: false,
        help: "decimals of prices")
    static let tick = CommandOption(
        "tick", .integer("N", 1...1_000_000), default: "\(standard.tick)", usual: false,
        help: "smallest price step, in units of the last decimal")
    static let disorder = CommandOption(
        "disorder", .decimal("X", 0...1), default: "\(standard.disorder)", usual: false,
        help: "share of trades whose time is set back by up to 200 ms")
    static let gapEvery = CommandOption(
        "gap-every", .duration(.milliseconds(1)...longest), usual: false,
        help: "begin a gap in the recording this often")
    static let gapLength = CommandOption(
        "gap-length", .duration(.milliseconds(1)...longest), default: DurationText.shown(standard.gapLength),
        usual: false,
        help: "length of a gap")
    static let start = CommandOption(
        "start", .instant, default: InstantText.shown(standard.start * 1_000_000), usual: false,
        help: "when the market begins")
    static let ping = CommandOption(
        "ping", .duration(.zero...longest), default: DurationText.shown(standard.ping), usual: false,
        help: "time between the server's pings; 0: none")
    static let frameInterval = CommandOption(
        "frame-interval", .duration(.zero...longest), default: DurationText.shown(standard.frameInterval), usual: false,
        help: "a frame leaves this long after its first trade, or with its tenth")
    static let delay = CommandOption(
        "delay", .duration(.zero...(.seconds(3600))), default: DurationText.shown(standard.delay), usual: false,
        help: "way from the server to the recorder; each message takes up to a quarter more")

    static let specs = [
        symbols.spec, trades.spec, duration.spec, seed.spec, rate.spec, price.spec, volatility.spec, bounce.spec,
        relation.spec, conditions.spec, burstShare.spec, burstLength.spec, priceDecimals.spec, tick.spec, disorder.spec,
        gapEvery.spec, gapLength.spec, start.spec, ping.spec, frameInterval.spec, delay.spec,
    ]

    /// The market that the settings ask for.
    ///
    /// - Throws: `UsageError` naming the option that does not go together with the others.
    static func configuration(_ settings: Settings) throws(UsageError) -> SimulatorConfiguration {
        var market = SimulatorConfiguration()
        market.symbols = settings[symbols]
        market.duration = settings.value(duration)
        market.trades = settings.value(trades) ?? (market.duration == nil ? market.trades : nil)
        market.seed = settings[seed]
        market.rate = settings[rate]
        market.price = settings[price]
        market.volatility = settings[volatility]
        market.bounce = settings[bounce]
        market.relation = settings[relation]
        market.conditions = settings[conditions]
        market.burstShare = settings[burstShare]
        market.burstLength = settings[burstLength]
        market.priceDecimals = settings[priceDecimals]
        market.tick = settings[tick]
        market.disorder = settings[disorder]
        market.gapEvery = settings.value(gapEvery)
        market.gapLength = settings[gapLength]
        market.start = settings[start]
        market.ping = settings[ping]
        market.frameInterval = settings[frameInterval]
        market.delay = settings[delay]
        do throws(SimulatorError) {
            try market.validate()
        } catch {
            throw .badValue(name: "--\(error.option)", value: error.value, accepted: error.accepted)
        }
        return market
    }
}

extension ValueKind where Value == [Double] {
    /// The coefficients of a planted relation.
    static let coefficients = Self(
        "B1,B2,B3", accepted: "three numbers with commas between them, such as 0.2,-0.1,0.05"
    ) { text in
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Digits.decimal(String($0)) }
        let known = numbers.compactMap { $0 }
        return known.count == 3 && numbers.count == 3 ? known : nil
    }
}

extension ValueKind where Value == Int64 {
    /// An instant in whole milliseconds.
    static let instant = Self("TIME", accepted: "an RFC 3339 instant in whole ms, such as 2024-08-09T13:30:00Z") {
        text in
        guard let nanoseconds = InstantText.nanoseconds(text), nanoseconds % 1_000_000 == 0 else { return nil }
        return nanoseconds / 1_000_000
    }
}
