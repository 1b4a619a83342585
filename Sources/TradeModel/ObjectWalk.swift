/// Steps through the members of a JSON object.
enum ObjectWalk {
    /// A key as it stands in the message, without its quotes.
    struct Key {
        var range: Range<Int>
        var isEscaped: Bool
    }

    /// Steps over the opening brace.
    @inline(__always)
    static func start(_ text: Span<UInt8>, _ position: inout Int) throws(FrameError) {
        try JSONScanner.expect(UInt8(ascii: "{"), text, &position)
    }

    /// Steps to the next key, or over the closing brace.
    @inline(__always)
    static func next(_ text: Span<UInt8>, _ position: inout Int, isFirst: Bool) throws(FrameError) -> Bool {
        JSONScanner.skipSpace(text, &position)
        switch JSONScanner.byte(text, position) {
        case UInt8(ascii: "}"):
            position += 1
            return false
        case UInt8(ascii: ",") where !isFirst:
            position += 1
            JSONScanner.skipSpace(text, &position)
            return true
        default:
            if isFirst { return true }
            throw JSONScanner.unexpected(text, position)
        }
    }

    /// Steps over a key and its colon.
    @inline(__always)
    static func key(_ text: Span<UInt8>, _ position: inout Int) throws(FrameError) -> Key {
        let start = position + 1
        let isEscaped = try JSONScanner.skipString(text, &position)
        let range = start..<position - 1
        try JSONScanner.expect(UInt8(ascii: ":"), text, &position)
        return Key(range: range, isEscaped: isEscaped)
    }
}
