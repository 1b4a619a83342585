extension FinnhubFrameDecoder {
    /// What became of a trade's object whose JSON is good.
    enum Outcome {
        case good(Trade)
        /// The error, and whether the object has none of `p`, `s`, `t` and `v`.
        case bad(FrameError, isBare: Bool)
    }

    /// The fields of a trade so far, and the first fault among them.
    struct Fields {
        var keys = KeySet()
        var price = DecimalText(text: "", value: 0)
        var symbol = ""
        var time: Int64 = 0
        var volume = DecimalText(text: "", value: 0)
        var conditions = SaleConditions.absent
        var fault: FrameError?

        /// Notes a fault; the rule that stands first in `FrameError.Reason` wins, so that the order of keys does not matter.
        mutating func refuse(_ offset: Int, _ reason: FrameError.Reason, _ detail: String) {
            if let fault, Self.rank(fault.reason) <= Self.rank(reason) { return }
            fault = FrameError(offset: offset, reason: reason, detail: detail)
        }

        private static func rank(_ reason: FrameError.Reason) -> Int {
            FrameError.Reason.allCases.firstIndex(of: reason) ?? 0
        }
    }

    /// Decodes one trade's object.
    ///
    /// - Throws: What is wrong with the JSON; what is wrong with the trade is returned.
    mutating func decodeObject(
        _ text: Span<UInt8>, _ position: inout Int, depth: Int
    ) throws(FrameError) -> Outcome {
        var fields = Fields()
        let start = position
        try ObjectWalk.start(text, &position)
        while try ObjectWalk.next(text, &position, isFirst: fields.keys.isEmpty) {
            let isNew = fields.keys.insert(text, try ObjectWalk.key(text, &position))
            if !isNew { fields.refuse(position, .unknownShape, "a key stands a second time before this value") }
            switch fields.keys.last {
            case .p: try decodePrice(text, &position, depth, &fields)
            case .v: try decodeVolume(text, &position, depth, &fields)
            case .t: try decodeTime(text, &position, depth, &fields)
            case .s: try decodeSymbol(text, &position, depth, &fields)
            case .c: try decodeConditions(text, &position, depth, &fields)
            default: try JSONScanner.skipValue(text, &position, depth: depth, limit: TradeBounds.nesting)
            }
        }
        let needed: [(KeySet.Known, String)]? =
            fields.keys.bits & 30 == 30 ? nil : [(.s, "s"), (.p, "p"), (.t, "t"), (.v, "v")]
        if let missing = needed?.first(where: { !fields.keys.contains($0.0) }) {
            fields.refuse(start, .missingField, "the trade that starts here has no \"\(missing.1)\"")
        }
        if let fault = fields.fault { return .bad(fault, isBare: fields.keys.bits & 30 == 0) }
        return .good(
            Trade(
                symbol: fields.symbol, price: fields.price, volume: fields.volume, time: fields.time,
                conditions: fields.conditions))
    }

    /// Steps over a number, or over a value of another type, which is noted.
    private func number(
        _ text: Span<UInt8>, _ position: inout Int, _ depth: Int, _ name: StaticString, _ fields: inout Fields
    ) throws(FrameError) -> JSONNumber? {
        let byte = JSONScanner.byte(text, position)
        if byte &- 48 < 10 || byte == UInt8(ascii: "-") { return try JSONNumber(text, &position) }
        try refuseType(text, &position, depth, "\"\(name)\" must be a number", &fields)
        return nil
    }

    private func refuseType(
        _ text: Span<UInt8>, _ position: inout Int, _ depth: Int, _ detail: String, _ fields: inout Fields
    ) throws(FrameError) {
        let start = position
        try JSONScanner.skipValue(text, &position, depth: depth, limit: TradeBounds.nesting)
        fields.refuse(start, .badType, detail)
    }

    private func decodePrice(
        _ text: Span<UInt8>, _ position: inout Int, _ depth: Int, _ fields: inout Fields
    ) throws(FrameError) {
        guard let number = try number(text, &position, depth, "p", &fields) else { return }
        fields.price = number.decimal(text)
        if !TradeBounds.price.contains(fields.price.value) {
            let shown = FrameError.excerpt(text, number.range)
            fields.refuse(number.range.lowerBound, .badPrice, "price \(shown) is outside 1e-12 to 1e12")
        }
    }

    private func decodeVolume(
        _ text: Span<UInt8>, _ position: inout Int, _ depth: Int, _ fields: inout Fields
    ) throws(FrameError) {
        guard let number = try number(text, &position, depth, "v", &fields) else { return }
        fields.volume = number.decimal(text)
        if !TradeBounds.volume.contains(fields.volume.value) {
            let shown = FrameError.excerpt(text, number.range)
            fields.refuse(number.range.lowerBound, .badVolume, "volume \(shown) is outside 0 to 1e24")
        }
    }

    private func decodeTime(
        _ text: Span<UInt8>, _ position: inout Int, _ depth: Int, _ fields: inout Fields
    ) throws(FrameError) {
        guard let number = try number(text, &position, depth, "t", &fields) else { return }
        if let time = number.whole, TradeBounds.time.contains(time) {
            fields.time = time
        } else {
            let shown = FrameError.excerpt(text, number.range)
            fields.refuse(
                number.range.lowerBound, .badTime,
                "time \(shown) is no whole number of milliseconds in the years 2000 to 2100")
        }
    }

    private mutating func decodeSymbol(
        _ text: Span<UInt8>, _ position: inout Int, _ depth: Int, _ fields: inout Fields
    ) throws(FrameError) {
        let start = position
        guard JSONScanner.byte(text, position) == UInt8(ascii: "\"") else {
            return try refuseType(text, &position, depth, "\"s\" must be a text", &fields)
        }
        let isEscaped = try JSONScanner.skipString(text, &position)
        let range = start + 1..<position - 1
        if let symbol = symbols.value(text, range) {
            fields.symbol = symbol
        } else {
            learnSymbol(text, range, isEscaped, &fields)
        }
    }

    /// A symbol that was not seen before; one that is refused is not remembered.
    private mutating func learnSymbol(
        _ text: Span<UInt8>, _ range: Range<Int>, _ isEscaped: Bool, _ fields: inout Fields
    ) {
        var symbol: String?
        if !isEscaped {
            symbol = FrameText.string(text, range)
        } else if case let resolved = JSONEscapes.resolve(text, range), resolved.isText {
            symbol = String(decoding: resolved.bytes, as: UTF8.self)
        }
        guard let symbol, TradeBounds.isSymbol(symbol) else {
            let shown = FrameError.excerpt(text, range)
            return fields.refuse(
                range.lowerBound, .badSymbol, "symbol \"\(shown)\" is not 1 to 128 bytes of printable text")
        }
        fields.symbol = symbol
        symbols.insert(symbol, text, range)
    }
}
