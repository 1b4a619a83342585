/// Sees what is in trade frames without building it: for whoever passes trades on as they came, or only counts them.
///
/// It reads frames written exactly as Finnhub's server writes them, with symbols it has been told of, and declines all
/// others; those go to ``FinnhubFrameDecoder``, with which it agrees on every frame that it reads.
public struct FinnhubFrameSurvey: Sendable {
    /// A trade that was seen.
    public struct Sighting: Sendable, Equatable {
        /// What the symbol was told to stand for.
        public var symbol: Int
        /// Trade time, ms since the epoch.
        public var time: Int64
        /// Its object's bytes in the frame.
        public var range: Range<Int>
    }

    /// The trades of the last frame in its order, all of them good; empty if it was declined.
    public private(set) var trades: [Sighting] = []
    private var symbols = InternTable<Int>(capacity: 4096)

    /// Makes a survey that knows no symbol yet.
    public init() {}

    /// Reads one message.
    ///
    /// - Parameter frame: the bytes of one text message.
    /// - Returns: whether it is a trade frame without white space, all of its trades good and in ``trades``; such a frame
    ///   is valid JSON.
    public mutating func read(_ frame: Span<UInt8>) -> Bool {
        trades.removeAll(keepingCapacity: true)
        if scan(frame) { return true }
        trades.removeAll(keepingCapacity: true)
        return false
    }

    /// Tells of a symbol that the decoder has accepted.
    ///
    /// - Parameters:
    ///   - symbol: as decoded; one that JSON would escape is not learnt.
    ///   - number: what it is to stand for.
    public mutating func learn(_ symbol: String, number: Int) {
        let bytes = Array(symbol.utf8)
        guard !bytes.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else { return }
        guard symbols.value(bytes.span, 0..<bytes.count) == nil else { return }
        symbols.insert(number, bytes.span, 0..<bytes.count)
    }

    private mutating func scan(_ frame: Span<UInt8>) -> Bool {
        guard frame.count <= TradeBounds.message, Self.holds("{\"data\":[", frame, at: 0) else { return false }
        var position = 9
        while true {
            let start = position
            guard let trade = PlainTrade(frame, &position), let number = symbols.value(frame, trade.symbol) else {
                return false
            }
            trades.append(Sighting(symbol: number, time: trade.time, range: start..<position))
            guard JSONScanner.byte(frame, position) == UInt8(ascii: ",") else { break }
            position += 1
        }
        return position + 17 == frame.count && Self.holds("],\"type\":\"trade\"}", frame, at: position)
    }

    @inline(__always)
    private static func holds(_ word: StaticString, _ text: Span<UInt8>, at start: Int) -> Bool {
        guard start + word.utf8CodeUnitCount <= text.count else { return false }
        for index in 0..<word.utf8CodeUnitCount where text[start + index] != word.utf8Start[index] { return false }
        return true
    }
}
