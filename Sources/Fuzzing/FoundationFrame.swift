import Foundation
import TradeModel

/// A frame as Foundation reads it: the straightforward reference for values and validity.
struct FoundationFrame: Decodable {
    /// The elements of `data`; empty where it is null.
    var data: [Element]?

    /// An element, if Foundation can make a trade of it.
    struct Element: Decodable {
        var trade: Trade?

        init(from decoder: any Decoder) { trade = try? Trade(from: decoder) }
    }

    /// A trade's fields; the conditions are nil where `c` is absent or null.
    struct Trade: Decodable {
        var p: Double
        var s: String
        var t: Decimal
        var v: Double
        var c: [String]?
    }

    /// Reads a frame; nil where Foundation cannot.
    init?(_ frame: [UInt8]) {
        guard let frame = try? JSONDecoder().decode(Self.self, from: Data(frame)) else { return nil }
        self = frame
    }

    /// Whether Foundation takes a text for one JSON object.
    static func isObject(_ text: [UInt8]) -> Bool {
        (try? JSONSerialization.jsonObject(with: Data(text))) is [String: Any]
    }

    /// Whether Foundation is known to take what is no JSON: trailing commas, and what it takes for UTF-16 or UTF-32.
    static func takesTooMuch(_ text: [UInt8]) -> Bool {
        if text.contains(0) || [0xEF, 0xFE, 0xFF].contains(text.first ?? 0) { return true }
        var last: UInt8 = 0
        for byte in text where ![0x20, 0x09, 0x0A, 0x0D].contains(byte) {
            if last == UInt8(ascii: ","), byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { return true }
            last = byte
        }
        return false
    }

    /// Whether Foundation is known to refuse what is JSON: half surrogate pairs, and numbers that no double holds.
    static func takesTooLittle(_ text: [UInt8]) -> Bool {
        let shown = String(decoding: text, as: UTF8.self)
        return shown.contains(#/\\u[dD][89a-fA-F]/#) || shown.contains(#/[eE][+-]?[0-9]*[1-9][0-9][0-9]/#)
            || shown.contains(#/[0-9.]{300}/#)
    }
}

extension FoundationFrame.Trade {
    /// Whether the bounds of what is accepted hold (finnhub.md, section 1.3).
    var isAcceptable: Bool {
        var whole = Decimal()
        var given = t
        NSDecimalRound(&whole, &given, 0, .plain)
        return whole == t && t >= Decimal(TradeBounds.time.lowerBound) && t <= Decimal(TradeBounds.time.upperBound)
            && TradeBounds.price.contains(p) && TradeBounds.volume.contains(v) && TradeBounds.isSymbol(s)
    }

    /// Whether our decoder read the same.
    func equals(_ trade: TradeModel.Trade) -> Bool {
        var codes: [String]?
        if case .codes(let list) = trade.conditions { codes = list }
        // Compared as code points: Swift's own comparison takes é for e and an accent.
        return trade.price.value == p && trade.volume.value == v && Decimal(trade.time) == t && same(trade.symbol, s)
            && codes?.count == c?.count && zip(codes ?? [], c ?? []).allSatisfy(same)
    }

    private func same(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }
}
