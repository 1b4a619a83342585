/// Why bytes are no BSON document, or why a field is not what was asked for.
public enum BSONError: Error, Equatable, CustomStringConvertible {
    /// The bytes end, or a length field points outside of what encloses it.
    case truncated(offset: Int)
    /// A rule of the specification does not hold at this offset.
    case malformed(offset: Int, expected: String)
    /// Documents and arrays nest deeper than ``BSONDocument/maximumDepth``.
    case tooDeep(offset: Int)
    /// The document has no such field.
    case missing(key: String)
    /// The field has another type.
    case wrongType(key: String, expected: String, actual: String)

    /// One line that says what and where.
    public var description: String {
        switch self {
        case .truncated(let offset): "BSON ends too early: a length at byte \(offset) reaches past the end"
        case .malformed(let offset, let expected): "BSON is malformed at byte \(offset): expected \(expected)"
        case .tooDeep(let offset):
            "BSON nests deeper than \(BSONDocument.maximumDepth) levels at byte \(offset)"
        case .missing(let key): "BSON document has no field '\(key)'"
        case .wrongType(let key, let expected, let actual):
            "BSON field '\(key)' holds \(actual) where \(expected) is expected"
        }
    }
}
