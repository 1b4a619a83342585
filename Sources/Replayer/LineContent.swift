import TradeModel

/// What a line holds, as far as a replay cares; the trades themselves are in the engine's decoder.
enum LineContent {
    case event
    /// A text message that is no frame.
    case text
    case binary
    /// A frame without trades.
    case noTrades
    /// Trades, and perhaps some that are no good.
    case trades(latest: Int64, rejected: Int, FrameError?)
    /// A frame that cannot be decoded.
    case undecodable(FrameError)

    /// Largest trade time in ms.
    var latestTrade: Int64? {
        if case .trades(let latest, _, _) = self { latest } else { nil }
    }
}
