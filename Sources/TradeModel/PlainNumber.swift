/// A number of at most 15 digits without sign or exponent, as almost every price and volume is.
///
/// A double holds its mantissa and the power of ten exactly, so that one division rounds correctly.
struct PlainNumber {
    let range: Range<Int>
    private let mantissa: UInt64
    private let fractionDigits: Int

    /// Steps over a number, or declines; then the index may stand anywhere.
    @inline(__always)
    init?(_ text: Span<UInt8>, _ index: inout Int) {
        let start = index
        var mantissa: UInt64 = 0
        EightBytes.appendDigits(of: text, &index, to: &mantissa)
        let whole = index - start
        if whole == 0 || whole > 15 || (whole > 1 && text[start] == UInt8(ascii: "0")) { return nil }
        var digits = 0
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            let fraction = index
            EightBytes.appendDigits(of: text, &index, to: &mantissa)
            digits = index - fraction
            if digits == 0 || whole + digits > 15 { return nil }
        }
        self.mantissa = mantissa
        fractionDigits = digits
        range = start..<index
    }

    /// Whether it lies within ``TradeBounds/price``, mostly seen from its digits: a division for each trade costs more.
    @inline(__always)
    var isPrice: Bool {
        mantissa > 0 && fractionDigits <= 12 && range.count <= 12 || TradeBounds.price.contains(value)
    }

    /// The nearest double.
    @inline(__always)
    var value: Double {
        fractionDigits == 0 ? Double(Int64(mantissa)) : Double(Int64(mantissa)) / JSONNumber.powers[fractionDigits]
    }

    /// The text with its value.
    @inline(__always)
    func decimal(_ text: Span<UInt8>) -> DecimalText {
        DecimalText(text: FrameText.string(text, range), value: value)
    }
}
