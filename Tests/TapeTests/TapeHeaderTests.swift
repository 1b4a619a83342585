import Testing

@testable import Tape

@Suite struct TapeHeaderTests {
    private func read(_ line: String) throws(TapeError) -> TapeHeader {
        let bytes = Array(line.utf8)
        return try TapeHeader(line: bytes.span, in: 0..<bytes.count, path: "t")
    }

    @Test func aHeaderKeepsWhatItDoesNotKnow() throws {
        let line =
            #"{"seq":0,"receive":5,"tape":1,"stream":"a","source":"s","symbols":["X","Y"],"recorder":"r","part":2,"clock":"trade-time","new":{"a":[1.50]},"q\"":null}"#
        let header = try read(line)
        #expect(header.clock == .tradeTime && header.part == 2 && header.symbols == ["X", "Y"])
        #expect(header.unknown == [.init(key: "new", json: #"{"a":[1.50]}"#), .init(key: "q\"", json: "null")])
        var out: [UInt8] = []
        header.appendLine(to: &out)
        #expect(String(decoding: out, as: UTF8.self) == line)
    }

    @Test func anotherVersionIsRefusedNamingBoth() {
        let error = #expect(throws: TapeError.self) {
            try read(#"{"seq":0,"receive":5,"tape":2,"stream":"a","part":1}"#)
        }
        #expect(error?.code == .unsupportedVersion(found: 2, supported: 1))
        #expect(error?.description.contains("version 2") == true)
        #expect(error?.description.contains("version 1") == true)
    }

    @Test(arguments: [
        #"{"seq":1,"receive":5,"tape":1,"stream":"a","source":"s","symbols":[],"recorder":"r","part":1}"#,
        #"{"seq":0,"receive":-5,"tape":1,"stream":"a","source":"s","symbols":[],"recorder":"r","part":1}"#,
        #"{"seq":0,"receive":5,"tape":1,"stream":"a|b","source":"s","symbols":[],"recorder":"r","part":1}"#,
        #"{"seq":0,"receive":5,"tape":1,"stream":"","source":"s","symbols":[],"recorder":"r","part":1}"#,
        #"{"seq":0,"receive":5,"tape":1,"stream":"a","source":"s","symbols":[1],"recorder":"r","part":1}"#,
        #"{"seq":0,"receive":5,"tape":1,"stream":"a","source":"s","symbols":[],"recorder":"r","part":0}"#,
        #"{"seq":0,"receive":99999999999999999999,"tape":1,"stream":"a","source":"s","symbols":[],"recorder":"r","part":1}"#,
        #"{"seq":0,"receive":5,"tape":"1","stream":"a","source":"s","symbols":[],"recorder":"r","part":1}"#,
        #"{"seq":0,"tape":1"#,
    ])
    func aDamagedHeaderIsRefused(line: String) {
        #expect(throws: TapeError.self) { try read(line) }
    }

    @Test func streamIdsAreOneTo64OfTheAlphabet() {
        #expect(TapeHeader.isStreamIdentifier("20240809T133000Z-7f3a~2+"))
        #expect(TapeHeader.isStreamIdentifier(String(repeating: "x", count: 64)))
        for bad in ["", String(repeating: "x", count: 65), "a b", "a|b", "é", "a/b", "a\n"] {
            #expect(!TapeHeader.isStreamIdentifier(bad))
        }
    }
}
