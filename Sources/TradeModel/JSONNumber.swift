/// A number of a JSON text: where it stands and what it is worth.
///
/// The value is `mantissa * 10^exponent`, and more where `isTruncated`.
struct JSONNumber {
    private(set) var range: Range<Int>
    private(set) var isNegative = false
    /// The first 19 significant digits.
    private(set) var mantissa: UInt64 = 0
    private(set) var exponent = 0
    /// Digits other than 0 follow the mantissa's 19.
    private(set) var isTruncated = false

    /// Steps over a number.
    @inline(__always)
    init(_ text: Span<UInt8>, _ position: inout Int) throws(FrameError) {
        let start = position
        range = start..<start
        var index = start
        if JSONScanner.byte(text, index) == UInt8(ascii: "-") {
            isNegative = true
            index += 1
        }
        let first = JSONScanner.byte(text, index) &- 48
        guard first < 10 else { throw JSONScanner.unexpected(text, index) }
        let whole = index
        if first == 0 {
            index += 1
            if JSONScanner.byte(text, index) &- 48 < 10 {
                throw .notJSON(index, "a number starts with a superfluous 0")
            }
        } else {
            mantissa = UInt64(first)
            index += 1
            while case let digit = JSONScanner.byte(text, index) &- 48, digit < 10 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                index += 1
            }
        }
        var digits = index - whole
        if JSONScanner.byte(text, index) == UInt8(ascii: ".") {
            index += 1
            let fraction = index
            while case let digit = JSONScanner.byte(text, index) &- 48, digit < 10 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                index += 1
            }
            guard index > fraction else { throw JSONScanner.unexpected(text, index) }
            exponent = fraction - index
            digits += index - fraction
        }
        if digits > 19 { recount(text, whole..<index) }
        if JSONScanner.byte(text, index) | 0x20 == UInt8(ascii: "e") { try scanExponent(text, &index) }
        range = start..<index
        position = index
    }

    /// Counts the digits again where the mantissa may have overflowed: leading zeros do not count, later ones round.
    private mutating func recount(_ text: Span<UInt8>, _ digits: Range<Int>) {
        mantissa = 0
        exponent = 0
        var significant = 0
        var isFraction = false
        for index in digits {
            let digit = text[index] &- 48
            guard digit < 10 else {
                isFraction = true
                continue
            }
            if significant < 19 {
                mantissa = mantissa * 10 + UInt64(digit)
                if mantissa > 0 { significant += 1 }
                if isFraction { exponent -= 1 }
            } else {
                if digit > 0 { isTruncated = true }
                if !isFraction { exponent += 1 }
            }
        }
    }

    private mutating func scanExponent(_ text: Span<UInt8>, _ index: inout Int) throws(FrameError) {
        index += 1
        let sign = JSONScanner.byte(text, index)
        if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { index += 1 }
        let start = index
        var value = 0
        while case let digit = JSONScanner.byte(text, index) &- 48, digit < 10 {
            // Beyond any message's digits: the value is 0 or infinite whatever follows.
            value = min(value * 10 + Int(digit), 100_000_000)
            index += 1
        }
        guard index > start else { throw JSONScanner.unexpected(text, index) }
        exponent += sign == UInt8(ascii: "-") ? -value : value
    }
}
