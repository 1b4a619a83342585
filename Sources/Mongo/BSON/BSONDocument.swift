/// A BSON document: its bytes, always complete and valid, fields in order.
///
/// Build with `append`, read with the subscript, the typed getters or ``fields``. Copying is cheap (copy on write).
/// Two documents are equal if their bytes are: same fields, same order, same bits.
public struct BSONDocument: Sendable, Equatable {
    /// Levels of nesting that are accepted from outside; MongoDB's own limit for stored documents.
    public static let maximumDepth = 100
    /// The greatest document that MongoDB stores, in bytes.
    public static let maximumSize = 16 * 1024 * 1024

    /// The encoded document, from its length to its last NUL.
    public internal(set) var bytes: [UInt8]

    /// An empty document.
    public init() { bytes = [5, 0, 0, 0, 0] }

    /// An empty document with room.
    ///
    /// - Parameter capacity: bytes to expect, so that appending need not grow the storage.
    public init(capacity: Int) {
        bytes = []
        bytes.reserveCapacity(capacity)
        bytes.append(contentsOf: [5, 0, 0, 0, 0])
    }

    /// A document of the given fields, in order.
    ///
    /// - Parameter fields: keys (without NUL) and values.
    public init(_ fields: [(String, BSONValue)]) {
        self.init()
        for (key, value) in fields { append(key, value) }
    }

    /// Takes bytes from outside after checking them whole.
    ///
    /// - Parameter bytes: one document, nothing before or behind.
    /// - Throws: ``BSONError`` naming the first rule that does not hold and its offset.
    public init(validating bytes: [UInt8]) throws(BSONError) {
        try BSONValidation.check(bytes)
        self.bytes = bytes
    }

    /// Takes bytes that this module has checked or made.
    init(trusted bytes: [UInt8]) { self.bytes = bytes }

    /// Whether there are no fields.
    public var isEmpty: Bool { bytes.count == 5 }
}

extension BSONDocument: ExpressibleByDictionaryLiteral {
    /// A document with the fields in the order written.
    public init(dictionaryLiteral elements: (String, BSONValue)...) { self.init(elements) }
}
