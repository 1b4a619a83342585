import TradeModel

/// Turns whole numbers of smallest units into the decimal text that Finnhub would send: no trailing zeros.
struct PriceScale: Sendable {
    static let powers: [Double] = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

    private let decimals: Int
    private var digits: [UInt8] = []

    /// Makes a scale of 0 to 9 decimals.
    init(decimals: Int) { self.decimals = decimals }

    /// The text of `units` times 10^-decimals, and the nearest double: both operands are exact, so one division rounds once.
    mutating func decimal(_ units: Int64) -> DecimalText {
        digits.removeAll(keepingCapacity: true)
        var rest = units
        var written = 0
        var isSignificant = false
        while rest > 0 || written <= decimals {
            let digit = UInt8(rest % 10)
            rest /= 10
            if written == decimals, isSignificant { digits.append(UInt8(ascii: ".")) }
            // Zeros at the end of the fraction are left out, those of the whole part are not.
            isSignificant = isSignificant || digit > 0
            if isSignificant || written >= decimals { digits.append(UInt8(ascii: "0") + digit) }
            written += 1
        }
        digits.reverse()
        return DecimalText(text: String(decoding: digits, as: UTF8.self), value: Double(units) / Self.powers[decimals])
    }
}
