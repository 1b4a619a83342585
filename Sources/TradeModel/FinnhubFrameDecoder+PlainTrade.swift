extension FinnhubFrameDecoder {
    /// Decodes an object written exactly as Finnhub's server writes it, or declines.
    ///
    /// The short way for almost every trade: `c` or not, then `p`, `s`, `t`, `v`, no white space, a known symbol, at most
    /// 15 digits a number and no exponent. What it decodes, `decodeObject` decodes alike; what it declines (`nil`, position
    /// unchanged) goes there, errors included.
    @inline(__always)
    mutating func plainTrade(_ text: Span<UInt8>, _ position: inout Int) -> Trade? {
        guard JSONScanner.byte(text, position) == UInt8(ascii: "{") else { return nil }
        var index = position + 1
        var found = SaleConditions.absent
        if Self.isKey(text, index, UInt8(ascii: "c")) {
            index += 4
            guard let conditions = plainConditions(text, &index), JSONScanner.byte(text, index) == UInt8(ascii: ",")
            else { return nil }
            found = conditions
            index += 1
        }
        guard Self.isKey(text, index, UInt8(ascii: "p")) else { return nil }
        let priceStart = index + 4
        index = priceStart
        let price = Self.plainNumber(text, &index)
        let priceEnd = index
        guard TradeBounds.price.contains(price), JSONScanner.byte(text, index) == UInt8(ascii: ","),
            Self.isKey(text, index + 1, UInt8(ascii: "s")), JSONScanner.byte(text, index + 5) == UInt8(ascii: "\"")
        else { return nil }
        index += 6
        let symbolStart = index
        while index < text.count, text[index] != UInt8(ascii: "\"") { index += 1 }
        // The raw bytes are known, so they are those of a string without a quote; a key ends with no half escape.
        guard let symbol = symbols.value(text, symbolStart..<index),
            JSONScanner.byte(text, index + 1) == UInt8(ascii: ","), Self.isKey(text, index + 2, UInt8(ascii: "t"))
        else { return nil }
        index += 6
        let timeStart = index
        var time: Int64 = 0
        while index < text.count, case let digit = text[index] &- 48, digit < 10 {
            time = time &* 10 &+ Int64(digit)
            index += 1
        }
        // Thirteen digits cannot overflow; a superfluous zero in front is no JSON.
        guard index - timeStart <= 13, TradeBounds.time.contains(time), text[timeStart] != UInt8(ascii: "0"),
            JSONScanner.byte(text, index) == UInt8(ascii: ","), Self.isKey(text, index + 1, UInt8(ascii: "v"))
        else { return nil }
        index += 5
        let volumeStart = index
        let volume = Self.plainNumber(text, &index)
        guard volume >= 0, JSONScanner.byte(text, index) == UInt8(ascii: "}") else { return nil }
        position = index + 1
        return Trade(
            symbol: symbol,
            price: DecimalText(text: FrameText.string(text, priceStart..<priceEnd), value: price),
            volume: DecimalText(text: FrameText.string(text, volumeStart..<index), value: volume), time: time,
            conditions: found)
    }

    @inline(__always)
    private static func isKey(_ text: Span<UInt8>, _ index: Int, _ letter: UInt8) -> Bool {
        index + 4 <= text.count && text[index] == UInt8(ascii: "\"") && text[index + 1] == letter
            && text[index + 2] == UInt8(ascii: "\"") && text[index + 3] == UInt8(ascii: ":")
    }

    /// A number of at most 15 digits without sign or exponent, correctly rounded; -1 for any other.
    @inline(__always)
    private static func plainNumber(_ text: Span<UInt8>, _ index: inout Int) -> Double {
        let start = index
        var mantissa: UInt64 = 0
        while index < text.count, case let digit = text[index] &- 48, digit < 10 {
            mantissa = mantissa &* 10 &+ UInt64(digit)
            index += 1
        }
        let whole = index - start
        if whole == 0 || whole > 15 || (whole > 1 && text[start] == UInt8(ascii: "0")) { return -1 }
        guard index < text.count, text[index] == UInt8(ascii: ".") else { return Double(mantissa) }
        index += 1
        let fraction = index
        while index < text.count, case let digit = text[index] &- 48, digit < 10 {
            mantissa = mantissa &* 10 &+ UInt64(digit)
            index += 1
        }
        let digits = index - fraction
        if digits == 0 || whole + digits > 15 { return -1 }
        return Double(mantissa) / JSONNumber.powers[digits]
    }

    /// `null`, or an array of plain codes that was seen before.
    @inline(__always)
    private func plainConditions(_ text: Span<UInt8>, _ index: inout Int) -> SaleConditions? {
        if JSONScanner.byte(text, index) == UInt8(ascii: "[") {
            guard let end = Self.plainEnd(text, index), let known = conditions.value(text, index..<end) else {
                return nil
            }
            index = end
            return known
        }
        guard index + 4 <= text.count, text[index] == UInt8(ascii: "n"), text[index + 1] == UInt8(ascii: "u"),
            text[index + 2] == UInt8(ascii: "l"), text[index + 3] == UInt8(ascii: "l")
        else { return nil }
        index += 4
        return .null
    }
}
