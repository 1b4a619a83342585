import Tape

/// What a replay has seen besides the trades that it published.
public struct ReplayCounts: Sendable, Equatable {
    /// Lines of all kinds.
    public var lines = 0
    /// Frames and other messages that hold no trade.
    public var framesWithoutTrades = 0
    /// Event lines.
    public var events = 0
    /// Frames that cannot be decoded as a whole.
    public var rejectedFrames = 0
    /// Bad trades in good frames.
    public var rejectedTrades = 0
    /// Trades of symbols that were not asked for.
    public var filteredTrades = 0
    /// Where the first rejected frame or trade stands and why, in one line.
    public var firstRejection: String?
}
