/// Reading fields. The bytes were checked when the document was made, so that no read can leave them.
extension BSONDocument {
    /// The fields in order, decoded one by one.
    public var fields: Fields { Fields(self) }

    /// The first field of this name, nil if there is none.
    ///
    /// Takes time linear in the fields before it.
    ///
    /// - Parameter key: the field's name.
    public subscript(key: String) -> BSONValue? {
        var fields = Fields.Iterator(bytes)
        guard let found = fields.seek(key) else { return nil }
        return Self.decode(found.type, bytes, found.range)
    }

    /// Whether there is a field of this name.
    ///
    /// - Parameter key: the field's name.
    ///
    /// - Returns: true also for a null.
    public func contains(_ key: String) -> Bool {
        var fields = Fields.Iterator(bytes)
        return fields.seek(key) != nil
    }

    /// The text of a field that must be there; missing or of another type throws, here and in the getters below.
    public func string(_ key: String) throws(BSONError) -> String { try get(key, "string", \.string) }

    /// The double of a field that must be there; integers are not converted.
    public func double(_ key: String) throws(BSONError) -> Double { try get(key, "double", \.double) }

    /// The integer of a field that must be there, stored in 32 or 64 bits.
    public func integer(_ key: String) throws(BSONError) -> Int64 { try get(key, "long", \.integer) }

    /// The time of a field that must be there, in milliseconds since the epoch.
    public func date(_ key: String) throws(BSONError) -> Int64 { try get(key, "date", \.date) }

    /// The bytes of a binary field that must be there.
    public func binary(_ key: String) throws(BSONError) -> [UInt8] { try get(key, "binData", \.binary) }

    /// The truth value of a field that must be there.
    public func bool(_ key: String) throws(BSONError) -> Bool { try get(key, "bool", \.bool) }

    /// The embedded document of a field that must be there.
    public func document(_ key: String) throws(BSONError) -> BSONDocument { try get(key, "object", \.document) }

    /// The array of a field that must be there.
    public func array(_ key: String) throws(BSONError) -> [BSONValue] { try get(key, "array", \.array) }

    /// The same document without some fields; the others keep order and bits.
    ///
    /// - Parameter keys: the names to leave out, of the top level only.
    /// - Returns: the remaining document.
    public func without(_ keys: [String]) -> BSONDocument {
        var result = BSONDocument(capacity: bytes.count)
        var iterator = Fields.Iterator(bytes)
        while let field = iterator.advance() {
            let name = iterator.key(field)
            if !keys.contains(name) { result.append(name, Self.decode(field.type, bytes, field.range)) }
        }
        return result
    }

    private func get<T>(
        _ key: String, _ expected: String, _ convert: (BSONValue) -> T?
    ) throws(BSONError) -> T {
        guard let value = self[key] else { throw .missing(key: key) }
        guard let result = convert(value) else {
            throw .wrongType(key: key, expected: expected, actual: value.typeName)
        }
        return result
    }

    /// The little-endian integer of `width` bytes at an offset.
    static func integer(_ bytes: [UInt8], at offset: Int, width: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<width { value |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
        return value
    }

    /// Decodes a checked value.
    static func decode(_ type: UInt8, _ bytes: [UInt8], _ range: Range<Int>) -> BSONValue {
        let start = range.lowerBound
        switch type {
        case 1: return .double(Double(bitPattern: integer(bytes, at: start, width: 8)))
        case 2: return .string(String(decoding: bytes[start + 4..<range.upperBound - 1], as: UTF8.self))
        case 3: return .document(BSONDocument(trusted: Array(bytes[range])))
        case 4:
            var iterator = Fields.Iterator(Array(bytes[range]))
            var values: [BSONValue] = []
            while let field = iterator.advance() { values.append(decode(field.type, iterator.bytes, field.range)) }
            return .array(values)
        case 5: return .binary(Array(bytes[start + 5..<range.upperBound]), subtype: bytes[start + 4])
        case 8: return .bool(bytes[start] == 1)
        case 9: return .date(Int64(bitPattern: integer(bytes, at: start, width: 8)))
        case 10: return .null
        case 16: return .int32(Int32(truncatingIfNeeded: integer(bytes, at: start, width: 4)))
        case 18: return .int64(Int64(bitPattern: integer(bytes, at: start, width: 8)))
        default: return .other(type: type, bytes: Array(bytes[range]))
        }
    }
}
