extension FinnhubFrameDecoder {
    /// Reads `c`: an array of texts, empty or not, or `null`; good arrays of plain codes are remembered, as they alone are
    /// looked up without being read.
    mutating func decodeConditions(
        _ text: Span<UInt8>, _ position: inout Int, _ depth: Int, _ fields: inout Fields
    ) throws(FrameError) {
        let start = position
        guard JSONScanner.byte(text, position) == UInt8(ascii: "[") else {
            let isNull = JSONScanner.byte(text, position) == UInt8(ascii: "n")
            try JSONScanner.skipValue(text, &position, depth: depth, limit: TradeBounds.nesting)
            if isNull {
                fields.conditions = .null
            } else {
                fields.refuse(start, .badType, "\"c\" must be an array of texts or null")
            }
            return
        }
        position += 1
        JSONScanner.skipSpace(text, &position)
        var codes: [String] = []
        var isGood = true
        var isLast = JSONScanner.byte(text, position) == UInt8(ascii: "]")
        while !isLast {
            let code = position
            if JSONScanner.byte(text, position) == UInt8(ascii: "\"") {
                let isEscaped = try JSONScanner.skipString(text, &position)
                let range = code + 1..<position - 1
                if !isEscaped {
                    codes.append(FrameText.string(text, range))
                } else if case let resolved = JSONEscapes.resolve(text, range), resolved.isText {
                    codes.append(String(decoding: resolved.bytes, as: UTF8.self))
                } else {
                    isGood = false
                    fields.refuse(code, .badConditions, "a condition with half a surrogate pair is no text")
                }
            } else {
                try JSONScanner.skipValue(text, &position, depth: depth + 1, limit: TradeBounds.nesting)
                isGood = false
                fields.refuse(code, .badConditions, "a condition must be a text")
            }
            JSONScanner.skipSpace(text, &position)
            switch JSONScanner.byte(text, position) {
            case UInt8(ascii: ","):
                position += 1
                JSONScanner.skipSpace(text, &position)
            case UInt8(ascii: "]"): isLast = true
            default: throw JSONScanner.unexpected(text, position)
            }
        }
        position += 1
        guard isGood else { return }
        fields.conditions = .codes(codes)
        if PlainTrade.conditionsEnd(text, start) == position {
            conditions.insert(fields.conditions, text, start..<position)
        }
    }
}
