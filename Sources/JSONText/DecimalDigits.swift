extension Array where Element == UInt8 {
    /// Appends a number in decimal digits, without the string that `String(_:)` makes.
    public mutating func append(decimal number: Int64) {
        // As many as the longest number has: a sign and nineteen digits.
        var text = InlineArray<20, UInt8>(repeating: 0)
        var start = text.count
        var rest = number.magnitude
        repeat {
            start -= 1
            text[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        if number < 0 {
            start -= 1
            text[start] = UInt8(ascii: "-")
        }
        text.span.extracting(start...).withUnsafeBufferPointer { append(contentsOf: $0) }
    }
}
