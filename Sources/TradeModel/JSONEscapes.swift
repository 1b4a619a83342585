/// Resolves the escapes of JSON strings whose syntax has been checked.
enum JSONEscapes {
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// The bytes that a string stands for.
    ///
    /// - Parameters:
    ///   - text: The message.
    ///   - range: The string without its quotes, checked by `JSONScanner.skipString`.
    /// - Returns: UTF-8, and whether a surrogate stood alone; such a one is written in the generalised form (three
    ///   bytes), so that different keys stay different, and is no text.
    static func resolve(_ text: Span<UInt8>, _ range: Range<Int>) -> (bytes: [UInt8], isText: Bool) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        var isText = true
        var index = range.lowerBound
        while index < range.upperBound {
            guard text[index] == UInt8(ascii: "\\") else {
                bytes.append(text[index])
                index += 1
                continue
            }
            let kind = text[index + 1]
            if kind != UInt8(ascii: "u") {
                bytes.append(short(kind))
                index += 2
                continue
            }
            var scalar = unit(text, index + 2)
            index += 6
            if (0xD800..<0xDC00).contains(scalar), index + 6 <= range.upperBound, text[index] == UInt8(ascii: "\\"),
                text[index + 1] == UInt8(ascii: "u"), case let low = unit(text, index + 2),
                (0xDC00..<0xE000).contains(low)
            {
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
                index += 6
            } else if (0xD800..<0xE000).contains(scalar) {
                isText = false
            }
            append(scalar, to: &bytes)
        }
        return (bytes, isText)
    }

    private static func short(_ kind: UInt8) -> UInt8 {
        switch kind {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: kind
        }
    }

    private static func unit(_ text: Span<UInt8>, _ start: Int) -> UInt32 {
        var unit: UInt32 = 0
        for index in start..<start + 4 { unit = unit << 4 | (hexValue(text[index]) ?? 0) }
        return unit
    }

    private static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
        let tail = { (shift: UInt32) in UInt8(0x80 | (scalar >> shift & 0x3F)) }
        switch scalar {
        case 0..<0x80: bytes.append(UInt8(scalar))
        case 0..<0x800: bytes += [UInt8(0xC0 | scalar >> 6), tail(0)]
        case 0..<0x10000: bytes += [UInt8(0xE0 | scalar >> 12), tail(6), tail(0)]
        default: bytes += [UInt8(0xF0 | scalar >> 18), tail(12), tail(6), tail(0)]
        }
    }
}
