import Mongo
import Testing

@Suite struct BSONDocumentTests {
    /// The two examples of the specification (bsonspec.org, "Specification Version 1.1").
    @Test func buildsTheExamplesOfTheSpecification() {
        let hello: BSONDocument = ["hello": "world"]
        #expect(
            hello.bytes == [0x16, 0, 0, 0, 2] + Array("hello\0".utf8) + [6, 0, 0, 0] + Array("world\0".utf8) + [0])
        let nested: BSONDocument = ["BSON": ["awesome", 5.05, .int32(1986)]]
        #expect(
            nested.bytes == [0x31, 0, 0, 0, 4] + Array("BSON\0".utf8) + [0x26, 0, 0, 0, 2, 0x30, 0, 8, 0, 0, 0]
                + Array("awesome\0".utf8) + [1, 0x31, 0, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x14, 0x40]
                + [0x10, 0x32, 0, 0xC2, 7, 0, 0, 0, 0])
    }

    @Test func everyAppendReadsBackAsWhatItWas() throws {
        var document = BSONDocument()
        document.append("double", 1.5)
        document.append("nothing", orNull: nil)
        document.append("something", orNull: -0.0)
        document.append("text", "a\0b€")
        document.append("inner", ["x": 1])
        document.append("array", array: [1, "two", [3.0]])
        document.append("strings", strings: ["1", "12"])
        document.append("documents", documents: [["a": nil], [:]])
        document.append("binary", binary: [0, 255, 7])
        document.append("yes", true)
        document.append("time", date: -1)
        document.append("small", Int32.min)
        document.append("large", Int64.max)
        let read = try BSONDocument(validating: document.bytes)
        #expect(try read.double("double") == 1.5)
        #expect(read["nothing"] == .null)
        #expect(try read.double("something").sign == .minus)
        #expect(try read.string("text") == "a\0b€")
        #expect(try read.document("inner").integer("x") == 1)
        #expect(try read.array("array") == [1, "two", [3.0]])
        #expect(try read.array("strings") == ["1", "12"])
        #expect(try read.array("documents") == [["a": nil], [:]])
        #expect(try read.binary("binary") == [0, 255, 7])
        #expect(try read.bool("yes"))
        #expect(try read.date("time") == -1)
        #expect(try read.integer("small") == Int64(Int32.min))
        #expect(try read.integer("large") == Int64.max)
        #expect(read["absent"] == nil)
        #expect(!read.contains("absent") && read.contains("nothing"))
    }

    @Test(
        arguments: [
            0x0000_0000_0000_0000, 0x8000_0000_0000_0000, 0x0000_0000_0000_0001, 0x7FF0_0000_0000_0000,
            0x7FF8_0000_0000_0001, 0xFFF4_0000_DEAD_BEEF, 0x3FB9_9999_9999_999A,
        ] as [UInt64])
    func doublesKeepEveryBit(bits: UInt64) throws {
        var document = BSONDocument()
        document.append("v", Double(bitPattern: bits))
        #expect(try document.double("v").bitPattern == bits)
    }

    @Test func aMissingOrOtherFieldIsNamed() {
        let document: BSONDocument = ["p": "text"]
        #expect(throws: BSONError.missing(key: "q")) { try document.double("q") }
        #expect(throws: BSONError.wrongType(key: "p", expected: "double", actual: "string")) {
            try document.double("p")
        }
    }

    @Test func withoutKeepsOrderAndBitsOfTheRest() {
        let document: BSONDocument = ["_id": 1, "at": .date(5), "c": ["x"], "flag": "late", "v": 0.1]
        #expect(document.without(["flag", "at"]) == ["_id": 1, "c": ["x"], "v": 0.1])
        #expect(document.without([]) == document)
    }

    @Test func equalityIsOfBits() {
        #expect(BSONValue.double(.nan) == .double(.nan))
        #expect(BSONValue.double(0) != .double(-0.0))
        #expect(BSONValue.int32(1) != .int64(1))
        // Canonically equivalent, yet other bytes.
        #expect(BSONValue.string("\u{E9}") != .string("e\u{301}"))
    }

    @Test func typesThatSwiftHasNoCaseForSurvive() throws {
        // object id, regular expression, timestamp, decimal128, code with scope, min key
        let code: [UInt8] = [15, 0, 0, 0, 2, 0, 0, 0, 0x78, 0, 5, 0, 0, 0, 0]
        let document = BSONDocument([
            ("id", .other(type: 7, bytes: Array(0..<12))), ("re", .other(type: 11, bytes: Array("a.b\0i\0".utf8))),
            ("ts", .other(type: 17, bytes: Array(0..<8))), ("dec", .other(type: 19, bytes: Array(0..<16))),
            ("code", .other(type: 15, bytes: code)), ("min", .other(type: 0xFF, bytes: [])),
        ])
        let read = try BSONDocument(validating: document.bytes)
        #expect(BSONDocument(read.fields.map { ($0.key, $0.value) }) == document)
    }
}
