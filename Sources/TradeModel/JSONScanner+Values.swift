extension JSONScanner {
    /// Steps over one value of any kind, without recursion.
    ///
    /// - Parameters:
    ///   - text: The message.
    ///   - position: At the value's first byte; afterwards past its last.
    ///   - depth: How many arrays and objects are open already.
    ///   - limit: How many may be.
    /// - Throws: `FrameError` where the grammar ends; `unknown_shape` where the limit is passed.
    static func skipValue(
        _ text: Span<UInt8>, _ position: inout Int, depth: Int, limit: Int
    ) throws(FrameError) {
        var open = NestingStack()
        while true {
            // A value starts here.
            switch byte(text, position) {
            case UInt8(ascii: "\""): _ = try skipString(text, &position)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard depth + open.count < limit else {
                    throw .unknownShape(position, "nested deeper than \(limit)")
                }
                let isObject = text[position] == UInt8(ascii: "{")
                position += 1
                skipSpace(text, &position)
                if byte(text, position) == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                    position += 1
                } else {
                    open.push(isObject)
                    if isObject { try skipKey(text, &position) }
                    continue
                }
            case UInt8(ascii: "t"): try skipWord("true", text, &position)
            case UInt8(ascii: "f"): try skipWord("false", text, &position)
            case UInt8(ascii: "n"): try skipWord("null", text, &position)
            default: _ = try JSONNumber(text, &position)
            }
            // A value ended; so may what holds it.
            while let isObject = open.top {
                skipSpace(text, &position)
                let next = byte(text, position)
                if next == UInt8(ascii: ",") {
                    position += 1
                    skipSpace(text, &position)
                    if isObject { try skipKey(text, &position) }
                    break
                }
                guard next == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                    throw unexpected(text, position)
                }
                position += 1
                open.pop()
            }
            if open.count == 0 { return }
        }
    }

    /// Steps over a key and its colon.
    private static func skipKey(_ text: Span<UInt8>, _ position: inout Int) throws(FrameError) {
        _ = try skipString(text, &position)
        try expect(UInt8(ascii: ":"), text, &position)
    }

    static func skipWord(_ word: String, _ text: Span<UInt8>, _ position: inout Int) throws(FrameError) {
        for expected in word.utf8 {
            guard byte(text, position) == expected else { throw unexpected(text, position) }
            position += 1
        }
    }
}
