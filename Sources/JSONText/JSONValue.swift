/// A JSON value that is written, never parsed: reports, log lines, revisions.
public enum JSONValue: Sendable, Equatable {
    /// `null`; a metric that is undefined.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// An integer within ±2^53; larger ones are written as strings (RFC 8785, appendix D).
    case int(Int64)
    /// A double; one that is not finite is written as `null`, since JSON has no other word for it.
    case double(Double)
    /// A text.
    case string(String)
    /// An array, in order.
    case array([JSONValue])
    /// An object; its keys are sorted when it is written.
    case object([String: JSONValue])

    /// The canonical form of RFC 8785 (JCS): sorted keys, no white space, ECMAScript numbers.
    public var canonical: String {
        var out: [UInt8] = []
        JSONWriter.append(self, to: &out)
        return String(decoding: out, as: UTF8.self)
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An integer.
    public init(integerLiteral value: Int64) { self = .int(value) }
    /// A double.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object; of equal keys the last one counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
    /// `null`.
    public init(nilLiteral: ()) { self = .null }

    /// A double or, where there is none, `null`.
    public init(_ value: Double?) { self = value.map(JSONValue.double) ?? .null }
    /// A count.
    public init(_ value: Int) { self = .int(Int64(value)) }
}
