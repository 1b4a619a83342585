extension FinnhubFrameDecoder {
    /// What a message's `data` was.
    private enum Data {
        case absent, null, array
        case other(Int)
    }

    mutating func decodeMessage(_ text: Span<UInt8>) throws(FrameError) -> FrameKind {
        try Self.checkSize(text)
        var position = 0
        JSONScanner.skipSpace(text, &position)
        let start = position
        guard JSONScanner.byte(text, position) == UInt8(ascii: "{") else {
            throw try Self.notAnObject(text, position)
        }
        var keys = KeySet()
        var fault: FrameError?
        var data = Data.absent
        var type: (range: Range<Int>, isEscaped: Bool)?
        var typeFault: FrameError?
        var message: Range<Int>?
        try ObjectWalk.start(text, &position)
        while try ObjectWalk.next(text, &position, isFirst: keys.isEmpty) {
            let key = try ObjectWalk.key(text, &position)
            let isNew = keys.insert(text, key)
            if !isNew, fault == nil {
                let name = FrameError.excerpt(text, key.range)
                fault = .unknownShape(key.range.lowerBound, "the key \"\(name)\" stands here a second time")
            }
            let value = position
            switch keys.last {
            case .data where isNew:
                data = try decodeData(text, &position)
            case .type where isNew:
                if JSONScanner.byte(text, position) == UInt8(ascii: "\"") {
                    let isEscaped = try JSONScanner.skipString(text, &position)
                    type = (value + 1..<position - 1, isEscaped)
                } else {
                    try JSONScanner.skipValue(text, &position, depth: 1, limit: TradeBounds.nesting)
                    typeFault = .unknownShape(value, "\"type\" must be a text")
                }
            default:
                try JSONScanner.skipValue(text, &position, depth: 1, limit: TradeBounds.nesting)
                if keys.last == .msg { message = value..<position }
            }
        }
        try Self.expectEnd(text, position)
        if let error = fault ?? typeFault { throw error }
        guard let type else { throw .unknownShape(start, "\"type\" is missing") }
        if !type.isEscaped, FrameText.equals(text, type.range, "trade") { return try checkTrades(data, start) }
        return try kind(text, type, data, message, start)
    }

    /// The kind of a message whose type is not plainly `trade`.
    private func kind(
        _ text: Span<UInt8>, _ type: (range: Range<Int>, isEscaped: Bool), _ data: Data, _ message: Range<Int>?,
        _ start: Int
    ) throws(FrameError) -> FrameKind {
        let name =
            type.isEscaped
            ? String(decoding: JSONEscapes.resolve(text, type.range).bytes, as: UTF8.self)
            : FrameText.string(text, type.range)
        switch name {
        case "trade": return try checkTrades(data, start)
        case "ping": return .ping
        case "error":
            guard let message else { return .serverError("no message") }
            guard text[message.lowerBound] == UInt8(ascii: "\"") else {
                return .serverError(FrameText.string(text, message))
            }
            let inner = message.lowerBound + 1..<message.upperBound - 1
            return .serverError(String(decoding: JSONEscapes.resolve(text, inner).bytes, as: UTF8.self))
        default: return .ignored(type: name)
        }
    }

    private func checkTrades(_ data: Data, _ start: Int) throws(FrameError) -> FrameKind {
        switch data {
        case .array, .null: return .trades
        case .absent: throw .unknownShape(start, "\"data\" is missing")
        case .other(let offset): throw .unknownShape(offset, "\"data\" must be an array")
        }
    }

    private mutating func decodeData(_ text: Span<UInt8>, _ position: inout Int) throws(FrameError) -> Data {
        let start = position
        guard JSONScanner.byte(text, position) == UInt8(ascii: "[") else {
            let isNull = JSONScanner.byte(text, position) == UInt8(ascii: "n")
            try JSONScanner.skipValue(text, &position, depth: 1, limit: TradeBounds.nesting)
            return isNull ? .null : .other(start)
        }
        position += 1
        JSONScanner.skipSpace(text, &position)
        if JSONScanner.byte(text, position) == UInt8(ascii: "]") {
            position += 1
            return .array
        }
        var index: Int32 = 0
        while true {
            try decodeElement(text, &position, index)
            index += 1
            if JSONScanner.byte(text, position) == UInt8(ascii: ",") {
                position += 1
                JSONScanner.skipSpace(text, &position)
                continue
            }
            JSONScanner.skipSpace(text, &position)
            switch JSONScanner.byte(text, position) {
            case UInt8(ascii: ","):
                position += 1
                JSONScanner.skipSpace(text, &position)
            case UInt8(ascii: "]"):
                position += 1
                return .array
            default: throw JSONScanner.unexpected(text, position)
            }
        }
    }

    private mutating func decodeElement(
        _ text: Span<UInt8>, _ position: inout Int, _ index: Int32
    ) throws(FrameError) {
        let start = position
        if let trade = plainTrade(text, &position) {
            trades.append(FramedTrade(index: index, trade: trade, range: start..<position))
            return
        }
        guard JSONScanner.byte(text, position) == UInt8(ascii: "{") else {
            try JSONScanner.skipValue(text, &position, depth: 2, limit: TradeBounds.nesting)
            let error = FrameError(offset: start, reason: .badType, detail: "a trade must be an object")
            rejections.append(FrameRejection(index: index, error: error, range: start..<position))
            return
        }
        switch try decodeObject(text, &position, depth: 3) {
        case .good(let trade): trades.append(FramedTrade(index: index, trade: trade, range: start..<position))
        case .bad(let error, _):
            rejections.append(FrameRejection(index: index, error: error, range: start..<position))
        }
    }
}
