import TradeModel

/// One line of a simulated recording.
public struct SimulatedLine: Sendable, Equatable {
    /// What the line holds.
    public enum Content: Sendable, Equatable {
        /// A frame of one to ten trades.
        case trades([Trade])
        /// The server's sign of life.
        case ping
        /// Trades may be missing from here.
        case gap(from: Int64)
        /// The recording goes on; durations in ns.
        case resumed(length: Int64)
    }

    /// The recorder's clock, ns since the epoch; it rises from line to line.
    public var receive: Int64
    /// What the line holds.
    public var content: Content

    /// Makes a line.
    public init(receive: Int64, content: Content) {
        self.receive = receive
        self.content = content
    }

    /// The frame as Finnhub would send it; `nil` for a gap's begin and end, which no server sends.
    public var frame: [UInt8]? {
        var out: [UInt8] = []
        switch content {
        case .trades(let trades):
            out.reserveCapacity(trades.count * 100 + 40)
            FinnhubFrameEncoder.append(frame: trades, to: &out)
        case .ping: FinnhubFrameEncoder.appendPing(to: &out)
        case .gap, .resumed: return nil
        }
        return out
    }
}
