import TradeModel

/// The market of one symbol: when its trades come and at what price.
struct SymbolMarket: Sendable {
    /// Time of the next arrival, ns since the epoch.
    private(set) var next: Int64
    /// Trades of the present burst that are still to come, at the same time.
    private var pending = 0

    private let symbol: String
    private let configuration: SimulatorConfiguration
    private let isStock: Bool
    private let bounds: ClosedRange<Double>
    private let ticksPerPrice: Double
    private var random: RandomBits
    private var price: Double
    /// The last three one-trade returns in bps, the newest first.
    private var returns = (0.0, 0.0, 0.0)
    private var prices: PriceScale
    private var volumes = PriceScale(decimals: 5)

    init(symbol: String, configuration: SimulatorConfiguration, random: RandomBits) {
        self.symbol = symbol
        self.configuration = configuration
        self.random = random
        isStock =
            configuration.conditions == .stock || (configuration.conditions == .symbol && !symbol.contains(":"))
        price = configuration.price
        bounds = configuration.price / 100...configuration.price * 100
        ticksPerPrice = PriceScale.powers[configuration.priceDecimals] / Double(configuration.tick)
        prices = PriceScale(decimals: configuration.priceDecimals)
        next = configuration.start * 1_000_000
        schedule()
    }

    /// Draws the time of the next arrival and how many trades it brings.
    private mutating func schedule() {
        let pause = random.exponential() / configuration.rate
        // At most 100 days, so that no sum can overflow.
        next += Int64(min(pause, 8_640_000) * 1e9) + 1
        pending = 1
        guard configuration.burstShare > 0, random.uniform() < configuration.burstShare else { return }
        pending += Int(random.exponential() * max(0, configuration.burstLength - 1) + 0.5)
    }

    /// The trade at `next`; afterwards `next` is that of the one after it.
    mutating func trade() -> Trade {
        let print = printing()
        if print.movesPrice { step() }
        let side =
            configuration.bounce == 0 ? 0 : (random.next() >> 63 == 0 ? configuration.bounce : -configuration.bounce)
        let ticks = max(1, (price * (1 + side / 2e4) * ticksPerPrice).rounded(.toNearestOrEven))
        var time = next / 1_000_000
        if configuration.disorder > 0, random.uniform() < configuration.disorder {
            time = max(configuration.start, time - Int64(1 + random.below(200)))
        }
        pending -= 1
        if pending == 0 { schedule() }
        return Trade(
            symbol: symbol, price: prices.decimal(Int64(ticks) * Int64(configuration.tick)), volume: print.volume,
            time: time, conditions: print.conditions)
    }

    /// Moves the price by one return: the planted relation and noise.
    private mutating func step() {
        let noise = random.normal() * configuration.volatility
        let known =
            configuration.relation[0] * returns.0 + configuration.relation[1] * returns.1
            + configuration.relation[2] * returns.2
        var change = known + noise
        // Where the price would leave its bounds the noise turns round; a market of usual size never gets there.
        if !bounds.contains(price * (1 + change / 1e4)) { change = known - noise }
        if !bounds.contains(price * (1 + change / 1e4)) { change = 0 }
        price *= 1 + change / 1e4
        returns = (change, returns.0, returns.1)
    }

    private struct Printing {
        var volume: DecimalText
        var conditions: SaleConditions
        var movesPrice = true
    }

    /// Volume and conditions of a trade.
    private mutating func printing() -> Printing {
        guard isStock else {
            let units = Int64(random.exponential() * 2000) + 1
            return Printing(volume: volumes.decimal(units), conditions: .null)
        }
        let choice = random.below(100)
        if choice < 45 {
            let shares = Int64(1 + random.below(99))
            let codes = choice < 30 ? ["1", "12"] : choice < 42 ? ["1", "8", "12"] : ["1", "8", "12", "41"]
            return Printing(volume: volumes.decimal(shares * 100_000), conditions: .codes(codes), movesPrice: false)
        }
        let shares = Int64(100 * (1 + Int64(random.exponential() * 2)))
        let codes = choice < 70 ? ["1"] : choice < 88 ? ["1", "8"] : choice < 94 ? [] : ["1", "8", "41"]
        return Printing(volume: volumes.decimal(shares * 100_000), conditions: .codes(codes))
    }
}
