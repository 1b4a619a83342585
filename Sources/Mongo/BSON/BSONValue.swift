/// One value of a BSON document (specification 1.1).
///
/// Literals make values, so that filters read as in MongoDB's manual: `["of": ["$lt": 5]]`. An integer literal is a
/// 64-bit one.
public enum BSONValue: Sendable, Equatable {
    /// 64-bit IEEE 754, bit exact.
    case double(Double)
    /// UTF-8 text.
    case string(String)
    /// An embedded document.
    case document(BSONDocument)
    /// An array.
    case array([BSONValue])
    /// Bytes with their subtype (0: generic).
    case binary([UInt8], subtype: UInt8)
    /// A truth value.
    case bool(Bool)
    /// Milliseconds since the epoch, UTC.
    case date(Int64)
    /// Null.
    case null
    /// A 32-bit integer.
    case int32(Int32)
    /// A 64-bit integer.
    case int64(Int64)
    /// Any other type (object id, regular expression, decimal128, …): its type byte and its bytes as they stand.
    case other(type: UInt8, bytes: [UInt8])

    /// The name that MongoDB's `$type` uses, for messages.
    public var typeName: String {
        switch self {
        case .double: "double"
        case .string: "string"
        case .document: "object"
        case .array: "array"
        case .binary: "binData"
        case .bool: "bool"
        case .date: "date"
        case .null: "null"
        case .int32: "int"
        case .int64: "long"
        case .other(let type, _): "type \(type)"
        }
    }

    /// The integer in an `int32` or `int64`, nil otherwise.
    public var integer: Int64? {
        switch self {
        case .int32(let value): Int64(value)
        case .int64(let value): value
        default: nil
        }
    }

    /// The text, nil if this is no string.
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The double, nil if this is none (integers are not converted).
    public var double: Double? { if case .double(let value) = self { value } else { nil } }
    /// The embedded document, nil if this is none.
    public var document: BSONDocument? { if case .document(let value) = self { value } else { nil } }
    /// The array's values, nil if this is none.
    public var array: [BSONValue]? { if case .array(let value) = self { value } else { nil } }
    /// The bytes of a binary value of any subtype, nil if this is none.
    public var binary: [UInt8]? { if case .binary(let value, _) = self { value } else { nil } }
    /// The truth value, nil if this is none.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// Milliseconds since the epoch, nil if this is no date.
    public var date: Int64? { if case .date(let value) = self { value } else { nil } }

    /// Equal type and equal bits: NaN equals the same NaN, 0 does not equal -0.
    public static func == (left: BSONValue, right: BSONValue) -> Bool {
        switch (left, right) {
        case (.double(let a), .double(let b)): a.bitPattern == b.bitPattern
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        case (.document(let a), .document(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.binary(let a, let s), .binary(let b, let t)): s == t && a == b
        case (.bool(let a), .bool(let b)): a == b
        case (.date(let a), .date(let b)): a == b
        case (.null, .null): true
        case (.int32(let a), .int32(let b)): a == b
        case (.int64(let a), .int64(let b)): a == b
        case (.other(let s, let a), .other(let t, let b)): s == t && a == b
        default: false
        }
    }
}

extension BSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A 64-bit integer.
    public init(integerLiteral value: Int64) { self = .int64(value) }
    /// A double.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// Null.
    public init(nilLiteral: ()) { self = .null }
    /// An array.
    public init(arrayLiteral elements: BSONValue...) { self = .array(elements) }
    /// A document with the fields in the order written.
    public init(dictionaryLiteral elements: (String, BSONValue)...) { self = .document(BSONDocument(elements)) }
}
