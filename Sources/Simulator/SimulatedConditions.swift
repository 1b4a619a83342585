/// The sale conditions of simulated trades.
public enum SimulatedConditions: String, Sendable, CaseIterable {
    /// `"c":null`, as crypto and FX have it; every trade moves the price, volumes have up to five decimals.
    case null
    /// Codes as on the tapes of US stocks: regular trades, sweeps, odd lots (12), trade-through exempt (41), none at all.
    ///
    /// Volumes are whole shares; below 100 the trade is an odd lot, which moves no price.
    case stock
    /// By the symbol's name: `null` for one with an exchange in front (`SIM:ONE`), `stock` for one without (`AAPL`).
    case symbol
}
