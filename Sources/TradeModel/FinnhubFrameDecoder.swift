/// Decodes Finnhub's messages, one at a time and without I/O.
///
/// One pass over the bytes, keys in any order. A message that is not one whole JSON object gives no trades at all; a bad
/// trade in a good message is rejected alone. Nothing in a message can trap: every byte is checked before it is used.
/// Reuse one decoder: its arrays keep their capacity, and equal symbols share one string.
public struct FinnhubFrameDecoder: Sendable {
    /// The good trades of the last frame, in the order of its array.
    public internal(set) var trades: [FramedTrade] = []
    /// The bad trades of the last frame, in the order of its array.
    public internal(set) var rejections: [FrameRejection] = []

    var symbols = InternTable<String>(capacity: 4096)
    var conditions = InternTable<SaleConditions>(capacity: 1024)

    /// Makes a decoder that has seen nothing yet.
    public init() {}

    /// Decodes one message.
    ///
    /// - Parameter frame: The bytes of one text message.
    /// - Returns: Its kind; for `.trades`, `trades` and `rejections` hold the contents, else both are empty.
    /// - Throws: `FrameError` for a message that cannot be decoded as a whole; then both are empty too.
    public mutating func decode(_ frame: Span<UInt8>) throws(FrameError) -> FrameKind {
        forget()
        do throws(FrameError) {
            let kind = try decodeMessage(frame)
            if kind != .trades { forget() }
            return kind
        } catch {
            forget()
            throw error
        }
    }

    /// Decodes one trade's object, as it is the value of a Kafka trade record.
    ///
    /// - Parameter object: `{"c":…,"p":…,"s":…,"t":…,"v":…}`, white space around it allowed.
    /// - Returns: The trade. `trades` and `rejections` stay as they are.
    /// - Throws: `FrameError`; an object with none of `p`, `s`, `t` and `v` is of unknown shape.
    public mutating func decodeTrade(_ object: Span<UInt8>) throws(FrameError) -> Trade {
        try Self.checkSize(object)
        var position = 0
        JSONScanner.skipSpace(object, &position)
        guard JSONScanner.byte(object, position) == UInt8(ascii: "{") else {
            throw try Self.notAnObject(object, position)
        }
        if let trade = plainTrade(object, &position) {
            try Self.expectEnd(object, position)
            return trade
        }
        let outcome = try decodeObject(object, &position, depth: 1)
        try Self.expectEnd(object, position)
        switch outcome {
        case .good(let trade): return trade
        case .bad(var error, let isBare):
            if isBare, error.reason == .missingField {
                error.reason = .unknownShape
                error.detail = "no trade: none of \"p\", \"s\", \"t\", \"v\" is there"
            }
            throw error
        }
    }

    private mutating func forget() {
        trades.removeAll(keepingCapacity: true)
        // A hostile message of 1 MiB holds half a million bad elements: their room is given back.
        rejections.removeAll(keepingCapacity: rejections.count <= 1024)
    }

    static func checkSize(_ text: Span<UInt8>) throws(FrameError) {
        guard text.count <= TradeBounds.message else {
            throw .unknownShape(TradeBounds.message, "\(text.count) bytes, at most \(TradeBounds.message) are allowed")
        }
    }

    static func expectEnd(_ text: Span<UInt8>, _ position: Int) throws(FrameError) {
        var position = position
        JSONScanner.skipSpace(text, &position)
        guard position == text.count else { throw .notJSON(position, "more follows the end of the message") }
    }

    /// The error of a message that is no object: not JSON, or JSON of another kind, which is called the same.
    static func notAnObject(_ text: Span<UInt8>, _ start: Int) throws(FrameError) -> FrameError {
        var position = start
        try JSONScanner.skipValue(text, &position, depth: 0, limit: TradeBounds.nesting)
        try expectEnd(text, position)
        return .notJSON(start, "a JSON value, but no object")
    }
}
