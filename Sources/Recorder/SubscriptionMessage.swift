import JSONText

/// What is written to the server: `{"type":"subscribe","symbol":"AAPL"}`.
enum SubscriptionMessage {
    /// The bytes of one subscription, or of its end.
    static func bytes(_ symbol: String, isWanted: Bool) -> [UInt8] {
        var out = Array("{\"type\":\"\(isWanted ? "subscribe" : "unsubscribe")\",\"symbol\":".utf8)
        JSONWriter.append(symbol, to: &out)
        out.append(UInt8(ascii: "}"))
        return out
    }
}
