/// A trade's object written exactly as Finnhub's server writes it: where its parts stand, with nothing built.
///
/// `c` or not, then `p`, `s`, `t`, `v`, no white space, at most 15 digits a number and no exponent. All of it is valid
/// JSON and within ``TradeBounds``, except that the symbol is only known to end at the next quote: who reads it looks its
/// bytes up among those that were found good before.
struct PlainTrade {
    /// `null` or an array of plain codes; empty where there is none.
    let conditions: Range<Int>
    let price: PlainNumber
    /// The bytes between the quotes.
    let symbol: Range<Int>
    let time: Int64
    let volume: PlainNumber

    /// Steps over a trade, or declines and leaves the position.
    @inline(__always)
    init?(_ text: Span<UInt8>, _ position: inout Int) {
        guard JSONScanner.byte(text, position) == UInt8(ascii: "{") else { return nil }
        var index = position + 1
        if Self.isKey(text, index, UInt8(ascii: "c")) {
            let start = index + 4
            guard let end = Self.conditionsEnd(text, start), JSONScanner.byte(text, end) == UInt8(ascii: ",") else {
                return nil
            }
            conditions = start..<end
            index = end + 1
        } else {
            conditions = index..<index
        }
        guard Self.isKey(text, index, UInt8(ascii: "p")) else { return nil }
        index += 4
        guard let price = PlainNumber(text, &index), price.isPrice,
            JSONScanner.byte(text, index) == UInt8(ascii: ","), Self.isKey(text, index + 1, UInt8(ascii: "s")),
            JSONScanner.byte(text, index + 5) == UInt8(ascii: "\"")
        else { return nil }
        self.price = price
        index += 6
        let symbolStart = index
        index = EightBytes.index(of: UInt8(ascii: "\""), text, from: index)
        symbol = symbolStart..<index
        guard JSONScanner.byte(text, index + 1) == UInt8(ascii: ","), Self.isKey(text, index + 2, UInt8(ascii: "t"))
        else { return nil }
        index += 6
        let timeStart = index
        var digits: UInt64 = 0
        EightBytes.appendDigits(of: text, &index, to: &digits)
        let time = Int64(truncatingIfNeeded: digits)
        // Thirteen digits cannot overflow; a superfluous zero in front is no JSON.
        guard index - timeStart <= 13, TradeBounds.time.contains(time), text[timeStart] != UInt8(ascii: "0"),
            JSONScanner.byte(text, index) == UInt8(ascii: ","), Self.isKey(text, index + 1, UInt8(ascii: "v"))
        else { return nil }
        self.time = time
        index += 5
        guard let volume = PlainNumber(text, &index), JSONScanner.byte(text, index) == UInt8(ascii: "}") else {
            return nil
        }
        self.volume = volume
        position = index + 1
    }

    /// Whether `"LETTER":` stands at an index.
    @inline(__always)
    private static func isKey(_ text: Span<UInt8>, _ index: Int, _ letter: UInt8) -> Bool {
        guard index + 4 <= text.count else { return false }
        // One load for four bytes, the first one lowest.
        let word = UInt32(littleEndian: text.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt32.self))
        return word == 0x3A22_0022 | UInt32(letter) << 8
    }

    /// The end of `null` or of an array of plain codes (`["1","12"]`) at most 128 bytes long; nil for anything else.
    @inline(__always)
    static func conditionsEnd(_ text: Span<UInt8>, _ start: Int) -> Int? {
        guard JSONScanner.byte(text, start) == UInt8(ascii: "[") else {
            return FrameText.equals(text, start..<min(start + 4, text.count), "null") ? start + 4 : nil
        }
        if JSONScanner.byte(text, start + 1) == UInt8(ascii: "]") { return start + 2 }
        var index = start + 1
        while index < start + 128, JSONScanner.byte(text, index) == UInt8(ascii: "\"") {
            index += 1
            while JSONScanner.byte(text, index) &- 48 < 10 { index += 1 }
            guard JSONScanner.byte(text, index) == UInt8(ascii: "\"") else { return nil }
            index += 2
            switch JSONScanner.byte(text, index - 1) {
            case UInt8(ascii: "]"): return index - start <= 128 ? index : nil
            case UInt8(ascii: ","): continue
            default: return nil
            }
        }
        return nil
    }
}
