/// Appending fields. Keys are not checked for being unique; a NUL in a key is a defect of the caller and ends the
/// process, as no such key can be encoded.
extension BSONDocument {
    /// Appends a double, bit exact.
    public mutating func append(_ key: String, _ value: Double) {
        field(1, key) { Self.put(value.bitPattern, &$0) }
    }

    /// Appends a double, or null where there is none.
    ///
    /// - Parameters:
    ///   - key: the field's name.
    ///   - value: the number, nil for null.
    public mutating func append(_ key: String, orNull value: Double?) {
        if let value { append(key, value) } else { appendNull(key) }
    }

    /// Appends a text.
    public mutating func append(_ key: String, _ value: String) {
        field(2, key) { Self.put(value, &$0) }
    }

    /// Appends an embedded document.
    public mutating func append(_ key: String, _ value: BSONDocument) {
        field(3, key) { $0.append(contentsOf: value.bytes) }
    }

    /// Appends an array of any values.
    ///
    /// - Parameters:
    ///   - key: the field's name.
    ///   - values: the elements in order.
    public mutating func append(_ key: String, array values: [BSONValue]) {
        field(4, key) { bytes in
            Self.frame(&bytes) { bytes in
                for (index, value) in values.enumerated() { Self.put(value, key: String(index), &bytes) }
            }
        }
    }

    /// Appends an array of texts.
    ///
    /// - Parameters:
    ///   - key: the field's name.
    ///   - strings: the elements in order.
    public mutating func append(_ key: String, strings: [String]) {
        field(4, key) { bytes in
            Self.frame(&bytes) { bytes in
                for (index, value) in strings.enumerated() {
                    Self.head(2, String(index), &bytes)
                    Self.put(value, &bytes)
                }
            }
        }
    }

    /// Appends an array of documents.
    ///
    /// - Parameters:
    ///   - key: the field's name.
    ///   - documents: the elements in order.
    public mutating func append(_ key: String, documents: [BSONDocument]) {
        field(4, key) { bytes in
            Self.frame(&bytes) { bytes in
                for (index, value) in documents.enumerated() {
                    Self.head(3, String(index), &bytes)
                    bytes.append(contentsOf: value.bytes)
                }
            }
        }
    }

    /// Appends bytes, subtype generic.
    ///
    /// - Parameters:
    ///   - key: the field's name.
    ///   - value: the bytes.
    public mutating func append(_ key: String, binary value: some Collection<UInt8>) {
        field(5, key) { bytes in
            Self.put(UInt32(value.count), &bytes)
            bytes.append(0)
            bytes.append(contentsOf: value)
        }
    }

    /// Appends a truth value.
    public mutating func append(_ key: String, _ value: Bool) { field(8, key) { $0.append(value ? 1 : 0) } }

    /// Appends a time.
    ///
    /// - Parameters:
    ///   - key: the field's name.
    ///   - milliseconds: since the epoch, UTC.
    public mutating func append(_ key: String, date milliseconds: Int64) {
        field(9, key) { Self.put(UInt64(bitPattern: milliseconds), &$0) }
    }

    /// Appends null.
    public mutating func appendNull(_ key: String) { field(10, key) { _ in } }

    /// Appends a 32-bit integer.
    public mutating func append(_ key: String, _ value: Int32) {
        field(16, key) { Self.put(UInt32(bitPattern: value), &$0) }
    }

    /// Appends a 64-bit integer.
    public mutating func append(_ key: String, _ value: Int64) {
        field(18, key) { Self.put(UInt64(bitPattern: value), &$0) }
    }

    // Literals prefer the overload of the type itself.
    /// Appends a value of any type.
    @_disfavoredOverload
    public mutating func append(_ key: String, _ value: BSONValue) {
        bytes.removeLast()
        Self.put(value, key: key, &bytes)
        close()
    }

    @inline(__always)
    private mutating func field(_ type: UInt8, _ key: String, _ body: (inout [UInt8]) -> Void) {
        bytes.removeLast()
        Self.head(type, key, &bytes)
        body(&bytes)
        close()
    }

    private mutating func close() {
        bytes.append(0)
        Self.patch(length: bytes.count, at: 0, &bytes)
    }

    private static func put(_ value: BSONValue, key: String, _ bytes: inout [UInt8]) {
        switch value {
        case .double(let value):
            head(1, key, &bytes)
            put(value.bitPattern, &bytes)
        case .string(let value):
            head(2, key, &bytes)
            put(value, &bytes)
        case .document(let value):
            head(3, key, &bytes)
            bytes.append(contentsOf: value.bytes)
        case .array(let values):
            head(4, key, &bytes)
            frame(&bytes) { bytes in
                for (index, value) in values.enumerated() { put(value, key: String(index), &bytes) }
            }
        case .binary(let value, let subtype):
            head(5, key, &bytes)
            put(UInt32(value.count), &bytes)
            bytes.append(subtype)
            bytes.append(contentsOf: value)
        case .bool(let value):
            head(8, key, &bytes)
            bytes.append(value ? 1 : 0)
        case .date(let value):
            head(9, key, &bytes)
            put(UInt64(bitPattern: value), &bytes)
        case .null: head(10, key, &bytes)
        case .int32(let value):
            head(16, key, &bytes)
            put(UInt32(bitPattern: value), &bytes)
        case .int64(let value):
            head(18, key, &bytes)
            put(UInt64(bitPattern: value), &bytes)
        case .other(let type, let value):
            // Readers trust what is built here: a made-up value must not pass for a checked one.
            precondition(
                (try? BSONValidation.end(ofType: type, value, at: 0, limit: value.count, depth: 1)) == value.count,
                "bytes of a BSON value do not fit type \(type)")
            head(type, key, &bytes)
            bytes.append(contentsOf: value)
        }
    }

    private static func head(_ type: UInt8, _ key: String, _ bytes: inout [UInt8]) {
        bytes.append(type)
        var key = key
        key.withUTF8 { utf8 in
            precondition(!utf8.contains(0), "a BSON key cannot hold NUL")
            bytes.append(contentsOf: utf8)
        }
        bytes.append(0)
    }

    private static func frame(_ bytes: inout [UInt8], _ body: (inout [UInt8]) -> Void) {
        let start = bytes.count
        put(UInt32(0), &bytes)
        body(&bytes)
        bytes.append(0)
        patch(length: bytes.count - start, at: start, &bytes)
    }

    private static func put(_ value: String, _ bytes: inout [UInt8]) {
        var value = value
        value.withUTF8 { utf8 in
            put(UInt32(utf8.count + 1), &bytes)
            bytes.append(contentsOf: utf8)
        }
        bytes.append(0)
    }

    private static func put(_ value: some FixedWidthInteger, _ bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func patch(length: Int, at offset: Int, _ bytes: inout [UInt8]) {
        let value = UInt32(length)
        for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index)) }
    }
}
