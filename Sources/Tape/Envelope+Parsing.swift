extension Envelope {
    /// Reads a line in exactly the layout that the writer gives it; no allocation, one pass over its head.
    ///
    /// - Returns: nil for any other layout, which ``init(anyOrder:in:)`` may still read; in either the largest number is
    ///   none, so that every line may have a next.
    init?(canonical text: borrowing Span<UInt8>, in range: Range<Int>) {
        let end = range.upperBound
        // {"seq":1,"receive":1,"text":""} is the shortest.
        guard range.count >= 28, text[end - 1] == UInt8(ascii: "}") else { return nil }
        var at = range.lowerBound
        guard text.matches("{\"seq\":", at) else { return nil }
        at += 7
        guard let sequence = Self.digits(text, &at, end) else { return nil }
        guard end - at > 11, text.matches(",\"receive\":", at) else { return nil }
        at += 11
        guard let receive = Self.digits(text, &at, end), end - at > 10, sequence < .max else { return nil }
        self.sequence = sequence
        self.receive = receive
        isCanonical = true
        startsSegment = false
        body = range
        if text.matches(",\"frame\":", at) {
            kind = .frame
            body = at + 9..<end - 1
        } else if text.matches(",\"event\":", at) {
            kind = .event
            at += 9
            startsSegment =
                end - at > 10 && (text.matches("\"gap\"", at) || text.matches("\"dropped\"", at))
        } else if text.matches(",\"text\":", at) {
            kind = .text
        } else if text.matches(",\"binary\":", at) {
            kind = .binary
        } else {
            return nil
        }
    }

    /// Reads an envelope whose keys stand in another order or with white space between.
    ///
    /// - Returns: nil if it is no envelope: `seq` (where asked for), `receive` and exactly one of `frame`, `text`,
    ///   `binary` and `event`, all of the right type.
    init?(
        anyOrder text: borrowing Span<UInt8>, _ members: [JSONFields.Member], in range: Range<Int>,
        sequence number: Int64? = nil
    ) {
        var sequence = number
        var receive: Int64?
        var content: (TapeLine.Kind, Range<Int>)?
        for member in members {
            switch member.key {
            case "seq": sequence = JSONFields.integer(text, in: member.value)
            case "receive": receive = JSONFields.integer(text, in: member.value)
            case "frame", "text", "binary", "event":
                guard content == nil else { return nil }
                let kind: TapeLine.Kind =
                    switch member.key {
                    case "frame": .frame
                    case "text": .text
                    case "binary": .binary
                    default: .event
                    }
                content = (kind, member.value)
            default: continue
            }
        }
        guard let sequence, (1..<Int64.max).contains(sequence), let receive, receive >= 0, let (kind, value) = content
        else { return nil }
        isCanonical = false
        startsSegment = false
        if kind != .frame {
            guard let word = JSONFields.string(text, in: value) else { return nil }
            startsSegment = kind == .event && (word == "gap" || word == "dropped")
        }
        self.sequence = sequence
        self.receive = receive
        self.kind = kind
        body = kind == .frame ? value : range
    }

    /// A whole number without sign and leading zeros, of at most 63 bits.
    private static func digits(_ text: borrowing Span<UInt8>, _ at: inout Int, _ end: Int) -> Int64? {
        let start = at
        var number: UInt64 = 0
        // 18 digits cannot overflow; the 19th is checked below.
        let limit = min(end, start + 19)
        while at < limit {
            let digit = text[at] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            number = number &* 10 &+ UInt64(digit)
            at += 1
        }
        let count = at - start
        guard count > 0, number <= UInt64(Int64.max), count == 1 || text[start] != UInt8(ascii: "0") else { return nil }
        if count == 19, at < end, text[at] &- UInt8(ascii: "0") < 10 { return nil }
        return Int64(number)
    }
}

extension Span where Element == UInt8 {
    /// Whether the bytes of a text stand at a place.
    @inline(__always)
    func matches(_ word: StaticString, _ at: Int) -> Bool {
        let count = word.utf8CodeUnitCount
        guard at >= 0, count <= self.count - at else { return false }
        return word.withUTF8Buffer { letters in
            for index in 0..<count where self[at + index] != letters[index] { return false }
            return true
        }
    }
}
