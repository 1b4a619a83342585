/// Finds the members of JSON objects without building values.
///
/// It never traps and never recurses; it is lenient about what stands inside a value, since the lines it sees are either
/// covered by a member's CRC or were checked by `JSONSyntax` before.
enum JSONFields {
    /// A member of an object: the decoded key and where the value stands.
    struct Member {
        var key: String
        var value: Range<Int>
    }

    /// The members of the object that fills `range`, in order; nil if it is no object.
    static func members(of bytes: borrowing Span<UInt8>, in range: Range<Int>) -> [Member]? {
        var at = skipSpace(bytes, range.lowerBound, range.upperBound)
        let end = range.upperBound
        guard at < end, bytes[at] == UInt8(ascii: "{") else { return nil }
        var found: [Member] = []
        at = skipSpace(bytes, at + 1, end)
        if at < end, bytes[at] == UInt8(ascii: "}") { return skipSpace(bytes, at + 1, end) == end ? found : nil }
        while true {
            guard at < end, bytes[at] == UInt8(ascii: "\""), let keyEnd = skipString(bytes, at, end),
                let key = string(bytes, in: at..<keyEnd)
            else { return nil }
            at = skipSpace(bytes, keyEnd, end)
            guard at < end, bytes[at] == UInt8(ascii: ":") else { return nil }
            at = skipSpace(bytes, at + 1, end)
            guard let valueEnd = skipValue(bytes, at, end), valueEnd > at else { return nil }
            found.append(Member(key: key, value: at..<valueEnd))
            at = skipSpace(bytes, valueEnd, end)
            guard at < end else { return nil }
            if bytes[at] == UInt8(ascii: "}") { return skipSpace(bytes, at + 1, end) == end ? found : nil }
            guard bytes[at] == UInt8(ascii: ",") else { return nil }
            at = skipSpace(bytes, at + 1, end)
        }
    }

    /// Where the elements of an array stand; nil if it is none.
    static func elements(of bytes: borrowing Span<UInt8>, in range: Range<Int>) -> [Range<Int>]? {
        let end = range.upperBound
        guard !range.isEmpty, bytes[range.lowerBound] == UInt8(ascii: "[") else { return nil }
        var at = skipSpace(bytes, range.lowerBound + 1, end)
        var found: [Range<Int>] = []
        if at < end, bytes[at] == UInt8(ascii: "]") { return at + 1 == end ? found : nil }
        while true {
            guard let next = skipValue(bytes, at, end), next > at else { return nil }
            found.append(at..<next)
            at = skipSpace(bytes, next, end)
            guard at < end else { return nil }
            if bytes[at] == UInt8(ascii: "]") { return at + 1 == end ? found : nil }
            guard bytes[at] == UInt8(ascii: ",") else { return nil }
            at = skipSpace(bytes, at + 1, end)
        }
    }

    /// The strings of an array of strings; nil if it is none.
    static func strings(_ bytes: borrowing Span<UInt8>, in range: Range<Int>) -> [String]? {
        let end = range.upperBound
        guard !range.isEmpty, bytes[range.lowerBound] == UInt8(ascii: "[") else { return nil }
        var at = skipSpace(bytes, range.lowerBound + 1, end)
        var found: [String] = []
        if at < end, bytes[at] == UInt8(ascii: "]") { return at + 1 == end ? found : nil }
        while true {
            guard at < end, bytes[at] == UInt8(ascii: "\""), let next = skipString(bytes, at, end),
                let text = string(bytes, in: at..<next)
            else { return nil }
            found.append(text)
            at = skipSpace(bytes, next, end)
            guard at < end else { return nil }
            if bytes[at] == UInt8(ascii: "]") { return at + 1 == end ? found : nil }
            guard bytes[at] == UInt8(ascii: ",") else { return nil }
            at = skipSpace(bytes, at + 1, end)
        }
    }

    /// An integer of at most 64 bits; nil for anything else, fractions and exponents included.
    static func integer(_ bytes: borrowing Span<UInt8>, in range: Range<Int>) -> Int64? {
        var at = range.lowerBound
        let negative = at < range.upperBound && bytes[at] == UInt8(ascii: "-")
        if negative { at += 1 }
        guard at < range.upperBound else { return nil }
        if bytes[at] == UInt8(ascii: "0"), range.upperBound - at > 1 { return nil }
        var number: Int64 = 0
        while at < range.upperBound {
            let digit = bytes[at] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (product, over) = number.multipliedReportingOverflow(by: 10)
            let (next, overAgain) =
                negative
                ? product.subtractingReportingOverflow(Int64(digit)) : product.addingReportingOverflow(Int64(digit))
            guard !over, !overAgain else { return nil }
            number = next
            at += 1
        }
        return number
    }

    /// The text of a JSON string that fills `range`, quotes included; nil if it is none.
    ///
    /// A lone surrogate escape becomes U+FFFD, since a Swift string cannot hold it.
    static func string(_ bytes: borrowing Span<UInt8>, in range: Range<Int>) -> String? {
        guard let decoded = stringBytes(bytes, in: range) else { return nil }
        return String(validating: decoded, as: UTF8.self)
    }

    /// The UTF-8 of a JSON string that fills `range`, quotes included.
    static func stringBytes(_ bytes: borrowing Span<UInt8>, in range: Range<Int>) -> [UInt8]? {
        guard range.count >= 2, bytes[range.lowerBound] == UInt8(ascii: "\""),
            bytes[range.upperBound - 1] == UInt8(ascii: "\"")
        else { return nil }
        var at = range.lowerBound + 1
        let end = range.upperBound - 1
        var out: [UInt8] = []
        out.reserveCapacity(end - at)
        while at < end {
            let byte = bytes[at]
            at += 1
            guard byte == UInt8(ascii: "\\") else {
                guard byte != UInt8(ascii: "\"") else { return nil }
                out.append(byte)
                continue
            }
            guard at < end else { return nil }
            let mark = bytes[at]
            at += 1
            switch mark {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(mark)
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0C)
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "r"): out.append(0x0D)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "u"):
                guard var unit = codeUnit(bytes, at, end) else { return nil }
                at += 4
                if (0xD800..<0xDC00).contains(unit), at + 6 <= end, bytes[at] == UInt8(ascii: "\\"),
                    bytes[at + 1] == UInt8(ascii: "u"), let low = codeUnit(bytes, at + 2, end),
                    (0xDC00..<0xE000).contains(low)
                {
                    unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
                    at += 6
                }
                out += String(Unicode.Scalar(unit) ?? "\u{FFFD}").utf8
            default: return nil
            }
        }
        return out
    }

    private static func codeUnit(_ bytes: borrowing Span<UInt8>, _ at: Int, _ end: Int) -> UInt32? {
        guard at + 4 <= end else { return nil }
        var unit: UInt32 = 0
        for place in at..<at + 4 {
            let digit: UInt8
            switch bytes[place] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[place] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[place] - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = bytes[place] - UInt8(ascii: "A") + 10
            default: return nil
            }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    private static func skipSpace(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        var at = start
        while at < end, bytes[at] == 0x20 || bytes[at] == 0x09 || bytes[at] == 0x0A || bytes[at] == 0x0D { at += 1 }
        return at
    }

    /// Where the string that starts at `start` ends, behind its quote.
    private static func skipString(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        var at = start + 1
        while at < end {
            if bytes[at] == UInt8(ascii: "\\") {
                at += 2
            } else if bytes[at] == UInt8(ascii: "\"") {
                return at + 1
            } else {
                at += 1
            }
        }
        return nil
    }

    private static func skipValue(_ bytes: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        guard start < end else { return nil }
        switch bytes[start] {
        case UInt8(ascii: "\""): return skipString(bytes, start, end)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            var depth = 0
            var at = start
            while at < end {
                switch bytes[at] {
                case UInt8(ascii: "\""):
                    guard let next = skipString(bytes, at, end) else { return nil }
                    at = next
                    continue
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    if depth == 0 { return at + 1 }
                default: break
                }
                at += 1
            }
            return nil
        default:
            var at = start
            while at < end {
                switch bytes[at] {
                case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x09, 0x0A, 0x0D: return at
                default: at += 1
                }
            }
            return at
        }
    }
}
