/// Appends JSON text to bytes.
///
/// Locale, hash order and platform cannot reach the result.
public enum JSONWriter {
    /// Appends a value in the canonical form of RFC 8785.
    public static func append(_ value: JSONValue, to out: inout [UInt8]) {
        switch value {
        case .null: out += "null".utf8
        case .bool(let flag): out += (flag ? "true" : "false").utf8
        case .int(let number): append(number, to: &out)
        case .double(let number): append(number, to: &out)
        case .string(let text): append(text, to: &out)
        case .array(let elements):
            out.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                append(element, to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            // RFC 8785, section 3.2.3: keys sort by UTF-16 code units, not by UTF-8 bytes.
            let sorted = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
            for (index, member) in sorted.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                append(member.key, to: &out)
                out.append(UInt8(ascii: ":"))
                append(member.value, to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    /// Appends an integer: digits, or a string beyond ±2^53, where a reader's double would round it.
    public static func append(_ number: Int64, to out: inout [UInt8]) {
        let quoted = number.magnitude > 1 << 53
        if quoted { out.append(UInt8(ascii: "\"")) }
        out += String(number).utf8
        if quoted { out.append(UInt8(ascii: "\"")) }
    }

    /// Appends a text with the escapes that RFC 8785, section 3.2.2.2, asks for and no others.
    public static func append(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): out += "\\\"".utf8
            case UInt8(ascii: "\\"): out += "\\\\".utf8
            case 0x08: out += "\\b".utf8
            case 0x09: out += "\\t".utf8
            case 0x0A: out += "\\n".utf8
            case 0x0C: out += "\\f".utf8
            case 0x0D: out += "\\r".utf8
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                out += "\\u00".utf8
                out.append(digits[Int(byte >> 4)])
                out.append(digits[Int(byte & 15)])
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    /// Appends a double as ECMAScript's `Number::toString` writes it (ECMA-262, section 6.1.6.1.20).
    ///
    /// Swift's `description` gives the same shortest digits that read back as the same double; only the layout differs.
    public static func append(_ number: Double, to out: inout [UInt8]) {
        guard number.isFinite else {
            out += "null".utf8
            return
        }
        guard number != 0 else {
            out.append(UInt8(ascii: "0"))
            return
        }
        if number < 0 { out.append(UInt8(ascii: "-")) }
        let (digits, point) = shortestDigits(of: number.magnitude)
        let count = digits.count
        if point > 21 || point < -5 {
            out.append(digits[0])
            if count > 1 {
                out.append(UInt8(ascii: "."))
                out += digits[1...]
            }
            out += (point > 0 ? "e+" : "e-").utf8
            out += String((point - 1).magnitude).utf8
        } else if point <= 0 {
            out += "0.".utf8
            out += repeatElement(UInt8(ascii: "0"), count: -point)
            out += digits
        } else if point >= count {
            out += digits
            out += repeatElement(UInt8(ascii: "0"), count: point - count)
        } else {
            out += digits[..<point]
            out.append(UInt8(ascii: "."))
            out += digits[point...]
        }
    }

    /// The shortest decimal digits d1 d2 … of a positive double and n, so that the value is 0.d1d2… × 10^n.
    private static func shortestDigits(of number: Double) -> (digits: [UInt8], point: Int) {
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        var text = Substring(number.description)
        if let mark = text.firstIndex(of: "e") {
            exponent = Int(text[text.index(after: mark)...]) ?? 0
            text = text[..<mark]
        }
        for byte in text.utf8 {
            if byte == UInt8(ascii: ".") { point = digits.count } else { digits.append(byte) }
        }
        var place = (point ?? digits.count) + exponent
        let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(leading)
        place -= leading
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, place)
    }
}
