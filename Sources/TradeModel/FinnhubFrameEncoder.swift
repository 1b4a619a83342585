import JSONText

/// Writes trades as Finnhub sends them, byte for byte: keys in alphabetical order, `type` last, no white space.
///
/// Prices and volumes are written as the text they came in. Symbols and codes get the escapes that JSON demands and no
/// others.
public enum FinnhubFrameEncoder {
    /// Appends one trade's object: `{"c":["1"],"p":164.06,"s":"AAPL","t":1680286537580,"v":100}`.
    public static func append(trade: Trade, to out: inout [UInt8]) {
        switch trade.conditions {
        case .absent: out += "{\"p\":".utf8
        case .null: out += "{\"c\":null,\"p\":".utf8
        case .codes(let codes):
            out += "{\"c\":[".utf8
            for (index, code) in codes.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                JSONWriter.append(code, to: &out)
            }
            out += "],\"p\":".utf8
        }
        out += trade.price.text.utf8
        out += ",\"s\":".utf8
        JSONWriter.append(trade.symbol, to: &out)
        out += ",\"t\":".utf8
        out.append(decimal: trade.time)
        out += ",\"v\":".utf8
        out += trade.volume.text.utf8
        out.append(UInt8(ascii: "}"))
    }

    /// Appends a trade frame: `{"data":[…],"type":"trade"}`.
    public static func append(frame trades: [Trade], to out: inout [UInt8]) {
        append(frameOf: trades, to: &out) { append(trade: $0, to: &$1) }
    }

    /// Appends a trade frame of trades in any form.
    ///
    /// - Parameters:
    ///   - trades: the trades, in any form.
    ///   - out: where the frame goes.
    ///   - append: appends one trade's object.
    public static func append<Element>(
        frameOf trades: some Sequence<Element>, to out: inout [UInt8], _ append: (Element, inout [UInt8]) -> Void
    ) {
        out += "{\"data\":[".utf8
        for (index, trade) in trades.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            append(trade, &out)
        }
        out += "],\"type\":\"trade\"}".utf8
    }

    /// Appends the server's sign of life: `{"type":"ping"}`.
    public static func appendPing(to out: inout [UInt8]) { out += "{\"type\":\"ping\"}".utf8 }
}
