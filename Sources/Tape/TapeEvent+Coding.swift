import JSONText

extension TapeEvent {
    /// Appends the event's members, from `"event"` on, without the closing brace.
    func appendMembers(to out: inout [UInt8]) {
        func text(_ key: String, _ value: String) {
            out += ",\"\(key)\":".utf8
            JSONWriter.append(value, to: &out)
        }
        func number(_ key: String, _ value: Int64) { out += ",\"\(key)\":\(value)".utf8 }
        out += "\"event\":".utf8
        JSONWriter.append(name, to: &out)
        switch self {
        case .connected(let attempt): number("attempt", attempt)
        case .subscribed(let symbols):
            out += ",\"symbols\":[".utf8
            for (index, symbol) in symbols.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                JSONWriter.append(symbol, to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .disconnected(let peer, let code, let reason):
            text("by", peer.rawValue)
            if let code { number("code", code) }
            text("reason", reason)
        case .stalled(let silence): number("silence", silence)
        case .gap(let from, let cause, let previous):
            number("from", from)
            text("cause", cause)
            if let previous {
                // An object of its own: `receive` and `seq` beside the line's own would be duplicate keys.
                out += ",\"previous\":{\"stream\":".utf8
                JSONWriter.append(previous.stream, to: &out)
                out += ",\"seq\":\(previous.sequence),\"receive\":\(previous.receive)}".utf8
            }
        case .resumed(let length): number("length", length)
        case .publishBehind(let records), .publishResumed(let records): number("records", records)
        case .dropped(let frames, let bytes, let cause):
            number("frames", frames)
            number("bytes", bytes)
            text("cause", cause)
        case .clockStep(let offset): number("offset", offset)
        case .filled(let stream, let first, let frames):
            text("stream", stream)
            number("first", first)
            number("frames", frames)
        case .closed(let cause): text("cause", cause)
        case .unknown(_, let fields):
            if !fields.isEmpty {
                out.append(UInt8(ascii: ","))
                out += fields.utf8
            }
        }
    }

    /// Reads the event of a line; one with an unknown name or without its fields becomes ``unknown(name:fields:)``.
    ///
    /// - Returns: nil if the line is no object with an `event`.
    init?(line bytes: borrowing Span<UInt8>, in range: Range<Int>) {
        guard let members = JSONFields.members(of: bytes, in: range) else { return nil }
        var fields: [String: Range<Int>] = [:]
        var rest: [UInt8] = []
        var name: String?
        for member in members {
            switch member.key {
            case "seq", "receive": continue
            case "event": name = JSONFields.string(bytes, in: member.value)
            default:
                fields[member.key] = member.value
                if !rest.isEmpty { rest.append(UInt8(ascii: ",")) }
                JSONWriter.append(member.key, to: &rest)
                rest.append(UInt8(ascii: ":"))
                rest += bytes.copy(member.value)
            }
        }
        guard let name else { return nil }
        self =
            Self.known(name, fields, bytes)
            ?? .unknown(name: name, fields: String(decoding: rest, as: UTF8.self))
    }

    private static func known(
        _ name: String, _ fields: [String: Range<Int>], _ bytes: borrowing Span<UInt8>
    ) -> TapeEvent? {
        func number(_ key: String) -> Int64? {
            guard let range = fields[key] else { return nil }
            return JSONFields.integer(bytes, in: range)
        }
        func text(_ key: String) -> String? {
            guard let range = fields[key] else { return nil }
            return JSONFields.string(bytes, in: range)
        }
        switch name {
        case "connected": return number("attempt").map { .connected(attempt: $0) }
        case "subscribed":
            guard let range = fields["symbols"], let symbols = JSONFields.strings(bytes, in: range) else { return nil }
            return .subscribed(symbols: symbols)
        case "disconnected":
            guard let peer = text("by").flatMap(Peer.init(rawValue:)), let reason = text("reason") else { return nil }
            return .disconnected(by: peer, code: number("code"), reason: reason)
        case "stalled": return number("silence").map { .stalled(silence: $0) }
        case "gap":
            guard let from = number("from"), let cause = text("cause") else { return nil }
            guard let range = fields["previous"] else { return .gap(from: from, cause: cause) }
            guard let previous = Previous(object: bytes, in: range) else { return nil }
            return .gap(from: from, cause: cause, previous: previous)
        case "resumed": return number("length").map { .resumed(length: $0) }
        case "publish-behind": return number("records").map { .publishBehind(records: $0) }
        case "publish-resumed": return number("records").map { .publishResumed(records: $0) }
        case "dropped":
            guard let frames = number("frames"), let size = number("bytes"), let cause = text("cause") else {
                return nil
            }
            return .dropped(frames: frames, bytes: size, cause: cause)
        case "clock-step": return number("offset").map { .clockStep(offset: $0) }
        case "filled":
            guard let stream = text("stream"), let first = number("first"), let frames = number("frames") else {
                return nil
            }
            return .filled(stream: stream, first: first, frames: frames)
        case "closed": return text("cause").map { .closed(cause: $0) }
        default: return nil
        }
    }
}

extension TapeEvent.Previous {
    init?(object bytes: borrowing Span<UInt8>, in range: Range<Int>) {
        guard let members = JSONFields.members(of: bytes, in: range) else { return nil }
        var stream: String?
        var sequence: Int64?
        var receive: Int64?
        for member in members {
            switch member.key {
            case "stream": stream = JSONFields.string(bytes, in: member.value)
            case "seq": sequence = JSONFields.integer(bytes, in: member.value)
            case "receive": receive = JSONFields.integer(bytes, in: member.value)
            default: continue
            }
        }
        guard let stream, let sequence, let receive else { return nil }
        self.init(stream: stream, sequence: sequence, receive: receive)
    }
}
