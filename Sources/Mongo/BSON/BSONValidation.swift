/// Checks bytes against the BSON specification before anything reads them.
///
/// Strict where a reader could be misled (lengths, terminators, UTF-8), indifferent to what only conventions forbid
/// (duplicate keys, array keys out of order).
enum BSONValidation {
    /// Checks one whole document.
    ///
    /// - Parameter bytes: the document.
    /// - Throws: ``BSONError`` with the offset of the fault.
    static func check(_ bytes: [UInt8]) throws(BSONError) {
        guard bytes.count >= 5 else { throw .truncated(offset: 0) }
        let end = try document(bytes, at: 0, limit: bytes.count, depth: 1)
        guard end == bytes.count else { throw .malformed(offset: end, expected: "the end of the document") }
    }

    /// The offset behind a value that starts at `start`; `limit` is the first offset that it must not touch.
    static func end(
        ofType type: UInt8, _ bytes: [UInt8], at start: Int, limit: Int, depth: Int
    ) throws(BSONError) -> Int {
        switch type {
        case 1, 9, 17, 18: return try skip(8, start, limit)
        case 2, 13, 14: return try string(bytes, at: start, limit: limit)
        case 3, 4: return try document(bytes, at: start, limit: limit, depth: depth + 1)
        case 5:
            let count = try length(bytes, at: start, limit: limit)
            return try skip(5 + count, start, limit)
        case 6, 10, 0x7F, 0xFF: return start
        case 7: return try skip(12, start, limit)
        case 8:
            let next = try skip(1, start, limit)
            guard bytes[start] <= 1 else { throw .malformed(offset: start, expected: "0 or 1 of a bool") }
            return next
        case 11:
            let options = try name(bytes, at: start, limit: limit)
            return try name(bytes, at: options, limit: limit)
        case 12:
            let next = try string(bytes, at: start, limit: limit)
            return try skip(12, next, limit)
        case 15:
            let total = try length(bytes, at: start, limit: limit)
            let end = try skip(total, start, limit)
            let scope = try string(bytes, at: try skip(4, start, end), limit: end)
            guard try document(bytes, at: scope, limit: end, depth: depth + 1) == end else {
                throw .malformed(offset: start, expected: "code with scope of the length it names")
            }
            return end
        case 16: return try skip(4, start, limit)
        case 19: return try skip(16, start, limit)
        default: throw .malformed(offset: start, expected: "a known type, not \(type)")
        }
    }

    /// The offset behind the document at `start`.
    private static func document(
        _ bytes: [UInt8], at start: Int, limit: Int, depth: Int
    ) throws(BSONError) -> Int {
        guard depth <= BSONDocument.maximumDepth else { throw .tooDeep(offset: start) }
        let total = try length(bytes, at: start, limit: limit)
        guard total >= 5 else { throw .malformed(offset: start, expected: "a length of at least 5") }
        let end = try skip(total, start, limit)
        guard bytes[end - 1] == 0 else { throw .malformed(offset: end - 1, expected: "NUL at the end") }
        var offset = start + 4
        while offset < end - 1 {
            let type = bytes[offset]
            let value = try name(bytes, at: offset + 1, limit: end - 1)
            offset = try Self.end(ofType: type, bytes, at: value, limit: end - 1, depth: depth)
        }
        return end
    }

    /// The offset behind the NUL of a key or another C string.
    static func name(_ bytes: [UInt8], at start: Int, limit: Int) throws(BSONError) -> Int {
        var offset = start
        while offset < limit, bytes[offset] != 0 { offset += 1 }
        guard offset < limit else { throw .truncated(offset: start) }
        guard isUTF8(bytes, start, offset) else { throw .malformed(offset: start, expected: "UTF-8 in a key") }
        return offset + 1
    }

    private static func string(_ bytes: [UInt8], at start: Int, limit: Int) throws(BSONError) -> Int {
        let count = try length(bytes, at: start, limit: limit)
        guard count >= 1 else { throw .malformed(offset: start, expected: "a string length of at least 1") }
        let end = try skip(4 + count, start, limit)
        guard bytes[end - 1] == 0 else { throw .malformed(offset: end - 1, expected: "NUL behind a string") }
        guard isUTF8(bytes, start + 4, end - 1) else {
            throw .malformed(offset: start + 4, expected: "UTF-8 in a string")
        }
        return end
    }

    private static func isUTF8(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Bool {
        var ascii: UInt8 = 0
        for index in start..<end { ascii |= bytes[index] }
        return ascii < 0x80 || String(validating: bytes[start..<end], as: UTF8.self) != nil
    }

    private static func skip(_ count: Int, _ start: Int, _ limit: Int) throws(BSONError) -> Int {
        guard count <= limit - start else { throw .truncated(offset: start) }
        return start + count
    }

    private static func length(_ bytes: [UInt8], at start: Int, limit: Int) throws(BSONError) -> Int {
        _ = try skip(4, start, limit)
        let value = Int32(truncatingIfNeeded: BSONDocument.integer(bytes, at: start, width: 4))
        guard value >= 0 else { throw .malformed(offset: start, expected: "a length that is not negative") }
        return Int(value)
    }
}
