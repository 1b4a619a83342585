/// Eight bytes of a message at a time, where a loop over single bytes would branch in a way that no processor foresees.
///
/// A word holds the first byte lowest. Bit tricks after Warren, Hacker's Delight, 6-1 (find a byte), and Lemire, Number
/// parsing at a gigabyte per second (2021), parsing the string (eight digits).
enum EightBytes {
    /// The bytes from an index on; nil where fewer than eight are left.
    @inline(__always)
    static func word(_ text: Span<UInt8>, _ index: Int) -> UInt64? {
        guard index + 8 <= text.count else { return nil }
        return UInt64(littleEndian: text.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// The bytes from an index to an end, at most the first eight of them, and zeros where they are fewer.
    @inline(__always)
    static func word(_ text: Span<UInt8>, _ index: Int, end: Int) -> UInt64 {
        if let word = word(text, index) {
            return end - index >= 8 ? word : word & (1 &<< UInt64(8 * (end - index)) &- 1)
        }
        var word: UInt64 = 0
        for place in index..<min(end, index + 8) { word |= UInt64(text[place]) &<< UInt64(8 * (place - index)) }
        return word
    }

    /// The index of the next such byte, or the text's end.
    @inline(__always)
    static func index(of byte: UInt8, _ text: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while let word = word(text, index) {
            let difference = word ^ UInt64(byte) &* 0x0101_0101_0101_0101
            let found = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
            if found != 0 { return index + found.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < text.count, text[index] != byte { index += 1 }
        return index
    }

    /// Steps over decimal digits and appends them to a number, modulo 2^64.
    @inline(__always)
    static func appendDigits(of text: Span<UInt8>, _ index: inout Int, to number: inout UInt64) {
        while let word = word(text, index) {
            let digits = word ^ 0x3030_3030_3030_3030
            // The high bit of each byte that is above nine.
            let others =
                ((digits & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7676_7676_7676_7676 | digits) & 0x8080_8080_8080_8080
            let count = others.trailingZeroBitCount / 8
            guard count > 0 else { return }
            // What is no digit goes out; zeros come in as leading digits.
            var value = digits &<< UInt64(64 - 8 * count)
            value = (value &* 2561) >> 8
            value = ((value & 0x00FF_00FF_00FF_00FF) &* 6_553_601) >> 16
            value = ((value & 0x0000_FFFF_0000_FFFF) &* 42_949_672_960_001) >> 32
            number = number &* powers[count] &+ value
            index += count
            if count < 8 { return }
        }
        while index < text.count, case let digit = text[index] &- 48, digit < 10 {
            number = number &* 10 &+ UInt64(digit)
            index += 1
        }
    }

    private static let powers: InlineArray<9, UInt64> = [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
    ]
}
