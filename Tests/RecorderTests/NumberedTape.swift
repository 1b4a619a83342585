import Tape

/// A tape of the numbered feed: frame `n` has the sequence number `n + 1`.
enum NumberedTape {
    static func write(_ count: Int, perSecond: Int, to path: String) throws -> String {
        let start: Int64 = 1_700_000_000_000_000_000
        let header = TapeHeader(stream: "numbers", source: "test", symbols: ["AAPL"], recorder: "test", receive: start)
        let writer = try TapeWriter(path: path, header: header)
        for number in 0..<count {
            let receive = start + Int64(number) * (1_000_000_000 / Int64(perSecond))
            try writer.append(frame: NumberedFeed.frame(number), sequence: Int64(number) + 1, receive: receive)
        }
        _ = try writer.finish()
        return path
    }
}
