import Tape

/// What a simulation wrote.
public struct SimulationSummary: Sendable {
    /// Trades of one symbol.
    public struct Count: Sendable, Equatable {
        /// The symbol.
        public var symbol: String
        /// Its trades on the tape.
        public var trades: Int
    }

    /// The tape: path, stream, lines, members, bytes.
    public var tape: TapeSummary
    /// Trades on the tape.
    public var trades: Int
    /// Gaps in the recording.
    public var gaps: Int
    /// Trades by symbol, in the configuration's order.
    public var symbols: [Count]
}
