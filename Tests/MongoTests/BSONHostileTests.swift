import Mongo
import Testing

/// Bytes from outside: refused with a reason, or readable to the last field; never a trap.
@Suite struct BSONHostileTests {
    @Test(
        arguments: [
            ([], BSONError.truncated(offset: 0)),
            ([4, 0, 0, 0], .truncated(offset: 0)),
            ([5, 0, 0, 0, 1], .malformed(offset: 4, expected: "NUL at the end")),
            ([5, 0, 0, 0, 0, 0], .malformed(offset: 5, expected: "the end of the document")),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0], .malformed(offset: 0, expected: "a length that is not negative")),
            ([4, 0, 0, 0, 0], .malformed(offset: 0, expected: "a length of at least 5")),
            ([6, 0, 0, 0, 0], .truncated(offset: 0)),
            ([7, 0, 0, 0, 10, 0x61, 0], .truncated(offset: 5)),
            ([8, 0, 0, 0, 99, 0x61, 0, 0], .malformed(offset: 7, expected: "a known type, not 99")),
            ([9, 0, 0, 0, 8, 0x61, 0, 2, 0], .malformed(offset: 7, expected: "0 or 1 of a bool")),
            ([9, 0, 0, 0, 10, 0xFF, 0x62, 0, 0], .malformed(offset: 5, expected: "UTF-8 in a key")),
            (
                [12, 0, 0, 0, 2, 0x61, 0, 0, 0, 0, 0, 0],
                .malformed(offset: 7, expected: "a string length of at least 1")
            ),
            ([14, 0, 0, 0, 2, 0x61, 0, 2, 0, 0, 0, 0xC3, 0, 0], .malformed(offset: 11, expected: "UTF-8 in a string")),
            (
                [13, 0, 0, 0, 2, 0x61, 0, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0],
                .truncated(offset: 7)
            ),
        ] as [([UInt8], BSONError)])
    func aBrokenDocumentIsRefusedWithItsPlace(bytes: [UInt8], error: BSONError) {
        #expect(throws: error) { try BSONDocument(validating: bytes) }
    }

    @Test func nestingHasALimitThatIsReached() throws {
        func nested(_ levels: Int) -> BSONDocument {
            var document = BSONDocument()
            for _ in 1..<levels { document = ["a": .document(document)] }
            return document
        }
        let deepest = nested(BSONDocument.maximumDepth)
        #expect(try BSONDocument(validating: deepest.bytes) == deepest)
        #expect(throws: BSONError.self) { try BSONDocument(validating: nested(BSONDocument.maximumDepth + 1).bytes) }
        // Bytes that would nest a million times must not exhaust the stack either.
        let level: [UInt8] = [0xF0, 0xFF, 0xFF, 0x00, 3, 0x61, 0]
        let bytes = Array(repeatElement(level, count: 20_000).joined())
        #expect(throws: BSONError.self) { try BSONDocument(validating: bytes) }
    }

    @Test(arguments: 0..<UInt64(60))
    func damagedDocumentsNeverTrap(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var accepted = 0
        for _ in 0..<300 {
            let original = Self.document(&random, depth: 3)
            var bytes = original.bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) { Self.damage(&bytes, &random) }
            guard let read = try? BSONDocument(validating: bytes) else { continue }
            accepted += 1
            let copy = Self.rebuilt(read)
            // Array keys may have been damaged, which rebuilding mends: the second generation must be stable.
            #expect(Self.rebuilt(copy) == copy, "seed \(seed)")
            #expect(copy.bytes.count <= read.bytes.count + 64 * 1024, "seed \(seed)")
            for (key, _) in read.fields { #expect(read.contains(key), "seed \(seed)") }
            _ = read.without(["a"])
        }
        #expect(accepted > 0, "seed \(seed): no damaged document was readable, so reading was not tried")
    }

    @Test(arguments: 0..<UInt64(20))
    func soundDocumentsComeBackByteForByte(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let document = Self.document(&random, depth: 4)
            let read = try BSONDocument(validating: document.bytes)
            #expect(Self.rebuilt(read).bytes == document.bytes, "seed \(seed)")
        }
    }

    /// The document built anew from its decoded fields, at every level.
    private static func rebuilt(_ document: BSONDocument) -> BSONDocument {
        func value(_ value: BSONValue) -> BSONValue {
            switch value {
            case .document(let inner): .document(rebuilt(inner))
            case .array(let values): .array(values.map { rebuiltValue($0) })
            default: value
            }
        }
        return BSONDocument(document.fields.map { ($0.key, value($0.value)) })
    }

    private static func rebuiltValue(_ value: BSONValue) -> BSONValue {
        guard case .document(let document) = rebuilt(["v": value])["v"] ?? .null else {
            return rebuilt(["v": value])["v"] ?? .null
        }
        return .document(document)
    }

    private static func damage(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.removeLast(Int.random(in: 1...min(4, bytes.count), using: &random))
        default: bytes[index] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
        }
    }

    private static func document(_ random: inout SeededGenerator, depth: Int) -> BSONDocument {
        var document = BSONDocument()
        for index in 0..<Int.random(in: 0...5, using: &random) {
            document.append(["a", "b", "", "ключ", "_id"][index % 5], value(&random, depth: depth))
        }
        return document
    }

    private static func value(_ random: inout SeededGenerator, depth: Int) -> BSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 12 : 9), using: &random) {
        case 0: .double(Double(bitPattern: random.next()))
        case 1: .string(String(repeating: "é\0x", count: Int.random(in: 0...3, using: &random)))
        case 2:
            .binary(
                (0..<Int.random(in: 0...9, using: &random)).map { UInt8($0) },
                subtype: UInt8(truncatingIfNeeded: random.next()))
        case 3: .bool(Bool.random(using: &random))
        case 4: .date(Int64(truncatingIfNeeded: random.next()))
        case 5: .null
        case 6: .int32(Int32(truncatingIfNeeded: random.next()))
        case 7: .int64(Int64(truncatingIfNeeded: random.next()))
        case 8: .other(type: 7, bytes: (0..<12).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        case 9, 10: .document(document(&random, depth: depth - 1))
        default: .array((0..<Int.random(in: 0...3, using: &random)).map { _ in value(&random, depth: depth - 1) })
        }
    }
}
