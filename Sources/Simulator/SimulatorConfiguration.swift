/// The parameters of a synthetic market; the same ones give the same tape, byte for byte, on any machine.
///
/// Each property is the option of `tapedeck simulate` of the same name, written with dashes (`priceDecimals` is
/// `--price-decimals`).
public struct SimulatorConfiguration: Sendable, Equatable {
    /// Symbols, each a market of its own.
    ///
    /// Default: `SIM:ONE`.
    public var symbols: [String] = ["SIM:ONE"]
    /// Trades to record, over all symbols; `nil`: as many as fit the duration.
    ///
    /// Default: 10,000. Trades that fall into gaps are not recorded and do not count.
    public var trades: Int? = 10_000
    /// Time to simulate; `nil`: until the trades are complete.
    ///
    /// Default: none. With both given, the first that is reached ends the tape.
    public var duration: Duration?
    /// Seed of every random number.
    ///
    /// Default: 1.
    public var seed: UInt64 = 1
    /// Begin, in ms since the epoch.
    ///
    /// Default: 2024-08-09T13:30:00Z.
    public var start: Int64 = 1_723_210_200_000
    /// Mean arrivals a second of each symbol; an arrival is one trade or a burst.
    ///
    /// Default: 5.
    public var rate: Double = 5
    /// Share of arrivals that are bursts: several trades of one symbol within the same millisecond.
    ///
    /// Default: 0.1.
    public var burstShare: Double = 0.1
    /// Mean number of trades in a burst; single bursts differ.
    ///
    /// Default: 4.
    public var burstLength: Double = 4
    /// Price at which every symbol starts.
    ///
    /// Default: 100. It never leaves a hundredth to a hundredfold of this.
    public var price: Double = 100
    /// Standard deviation of the noise in a one-trade return, in basis points.
    ///
    /// Default: 1.
    public var volatility: Double = 1
    /// Distance between the buyers' and the sellers' price, in basis points; 0: no bounce.
    ///
    /// Default: 0.
    public var bounce: Double = 0
    /// Decimals of prices.
    ///
    /// Default: 2.
    public var priceDecimals: Int = 2
    /// Smallest price step, in units of the last decimal.
    ///
    /// Default: 1.
    public var tick: Int = 1
    /// Sale conditions, and the volumes that go with them.
    ///
    /// Default: `null`.
    public var conditions: SimulatedConditions = .null
    /// Share of trades whose time is set back, by up to 200 ms, while their place in the order stays.
    ///
    /// Default: 0.
    public var disorder: Double = 0
    /// A gap in the recording begins each time this has passed since the start; `nil`: none.
    ///
    /// Default: none. The markets go on during a gap, unrecorded.
    public var gapEvery: Duration?
    /// Length of a gap.
    ///
    /// Default: 30 s.
    public var gapLength: Duration = .seconds(30)
    /// The server's pings come this far apart; 0: none.
    ///
    /// Default: 60 s.
    public var ping: Duration = .seconds(60)
    /// A frame leaves the server this long after its first trade, or with its tenth.
    ///
    /// Default: 500 ms.
    public var frameInterval: Duration = .milliseconds(500)
    /// Way from the server to the recorder; each message takes up to a quarter more.
    ///
    /// Default: 100 ms.
    public var delay: Duration = .milliseconds(100)
    /// Coefficients of the planted relation: the next one-trade return of a symbol, in basis points, is the first one
    /// times the last return, plus the second one times the return before, plus the third one times the one before that,
    /// plus noise.
    ///
    /// Default: 0, 0, 0: a random walk. Only trades that move the price count; features 2 to 4 of the forecast see these
    /// returns, if the bounce is off and the decimals are many enough not to drown them in rounding.
    public var relation: [Double] = [0, 0, 0]

    /// The default market.
    public init() {}
}
