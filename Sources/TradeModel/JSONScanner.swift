/// Steps over JSON tokens; what is stepped over is known to be valid RFC 8259.
///
/// A cursor that stores a `Span` needs an experimental feature, so text and position travel as arguments.
enum JSONScanner {
    /// The byte at an index, or 0 past the end: NUL is legal nowhere, so both end in the same error.
    @inline(__always)
    static func byte(_ text: Span<UInt8>, _ index: Int) -> UInt8 { index < text.count ? text[index] : 0 }

    @inline(__always)
    static func skipSpace(_ text: Span<UInt8>, _ position: inout Int) {
        while position < text.count {
            switch text[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    /// Steps over a byte and the white space on both sides of it.
    @inline(__always)
    static func expect(_ byte: UInt8, _ text: Span<UInt8>, _ position: inout Int) throws(FrameError) {
        if self.byte(text, position) != byte {
            skipSpace(text, &position)
            guard self.byte(text, position) == byte else { throw unexpected(text, position) }
        }
        position += 1
        skipSpace(text, &position)
    }

    /// Steps over a string from its opening quote, and says whether it holds escapes.
    @inline(__always)
    static func skipString(_ text: Span<UInt8>, _ position: inout Int) throws(FrameError) -> Bool {
        guard byte(text, position) == UInt8(ascii: "\"") else { throw unexpected(text, position) }
        var index = position + 1
        var escaped = false
        while index < text.count {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "\""):
                position = index + 1
                return escaped
            case UInt8(ascii: "\\"):
                escaped = true
                index += try escapeLength(text, index)
            case 0..<0x20: throw .notJSON(index, "control character in a string")
            case 0x80...: index += try sequenceLength(text, index)
            default: index += 1
            }
        }
        throw .notJSON(text.count, "the message ends inside a string")
    }

    /// Length of the escape at a backslash.
    static func escapeLength(_ text: Span<UInt8>, _ index: Int) throws(FrameError) -> Int {
        switch byte(text, index + 1) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return 2
        case UInt8(ascii: "u"):
            for digit in index + 2..<index + 6 where JSONEscapes.hexValue(byte(text, digit)) == nil {
                throw .notJSON(digit, "\\u needs four hexadecimal digits")
            }
            return 6
        default: throw .notJSON(index, "no such escape")
        }
    }

    /// Length of the UTF-8 sequence at a byte above 0x7F (Unicode 15, table 3-7).
    static func sequenceLength(_ text: Span<UInt8>, _ index: Int) throws(FrameError) -> Int {
        let second = byte(text, index + 1)
        let length: Int
        let allowed: ClosedRange<UInt8>
        switch text[index] {
        case 0xC2...0xDF: (length, allowed) = (2, 0x80...0xBF)
        case 0xE0: (length, allowed) = (3, 0xA0...0xBF)
        case 0xED: (length, allowed) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, allowed) = (3, 0x80...0xBF)
        case 0xF0: (length, allowed) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, allowed) = (4, 0x80...0xBF)
        case 0xF4: (length, allowed) = (4, 0x80...0x8F)
        default: throw .notJSON(index, "not UTF-8")
        }
        guard allowed.contains(second) else { throw .notJSON(index, "not UTF-8") }
        for next in 2..<max(length, 2) where byte(text, index + next) & 0xC0 != 0x80 {
            throw .notJSON(index, "not UTF-8")
        }
        return length
    }

    static func unexpected(_ text: Span<UInt8>, _ position: Int) -> FrameError {
        guard position < text.count else { return .notJSON(position, "the message ends here, unfinished") }
        let end = min(position + 1, text.count)
        return .notJSON(position, "unexpected '\(FrameError.excerpt(text, position..<end))'")
    }
}
