import Testing
import TradeModel

@Suite struct RecordIdentityTests {
    @Test(arguments: [
        (
            "20240809T133000Z-7f3a|3|0|1723210200871532004|0",
            RecordIdentity(
                stream: "20240809T133000Z-7f3a", sequence: 3, index: 0, receive: 1_723_210_200_871_532_004, segment: 0)
        ),
        (
            "a~b+C-9|9223372036854775807|2147483647|0|12",
            RecordIdentity(stream: "a~b+C-9", sequence: .max, index: .max, receive: 0, segment: 12)
        ),
        ("merged|5|1|7", RecordIdentity(stream: "merged", sequence: 5, index: 1, receive: 7, segment: nil)),
    ])
    func readsAndWrites(text: String, identity: RecordIdentity) throws {
        #expect(try RecordIdentity(parsing: bytes(text).span) == identity)
        #expect(try RecordIdentity(parsing: bytes(text).span, after: identity) == identity)
        var out: [UInt8] = []
        identity.append(to: &out)
        #expect(String(decoding: out, as: UTF8.self) == text)
    }

    @Test(arguments: [
        "", "|", "s", "s|", "s|1", "s|1|2", "s|1|2|", "s|1|2|3|", "s|1|2|3|4|", "s|1|2|3|4|5", "|1|2|3|4", "s||2|3|4",
        "s|01|2|3|4", "s|1|2|00|4",
        "s|-1|2|3|4", "s|+1|2|3|4", "s| 1|2|3|4", "s|1|2|3|4 ", "s|1|2|3|4\n", "s|1|2147483648|3|4",
        "s|9223372036854775808|2|3|4",
        "s|1|2|99999999999999999999999|4", "s t|1|2|3|4", "s_t|1|2|3|4", "é|1|2|3|4", "s|1.0|2|3|4", "s|1e3|2|3|4",
        "s|0x1|2|3|4", "s|1|2|3|\u{0}",
        String(repeating: "s", count: 65) + "|1|2|3|4",
    ])
    func refusesWhatIsNotExactlyAHeader(text: String) {
        do throws(FrameError) {
            _ = try RecordIdentity(parsing: bytes(text).span)
            Issue.record("read \(text)")
        } catch {
            #expect(error.reason == .badIdentity)
            #expect((0...text.utf8.count).contains(error.offset))
            #expect(!error.description.contains { $0.isNewline || $0 == "\0" })
        }
    }

    @Test func theLongestStreamIsAccepted() throws {
        let stream = String(repeating: "s", count: 64)
        #expect(try RecordIdentity(parsing: bytes(stream + "|1|2|3|4").span).stream == stream)
        #expect(
            RecordIdentity.isStream(stream) && !RecordIdentity.isStream(stream + "s") && !RecordIdentity.isStream(""))
    }

    @Test func theStreamBeforeDoesNotLeakIntoTheNext() throws {
        let first = try RecordIdentity(parsing: bytes("stream-a|1|2|3|4").span)
        #expect(try RecordIdentity(parsing: bytes("stream-b|1|2|3|4").span, after: first).stream == "stream-b")
        #expect(try RecordIdentity(parsing: bytes("stream|1|2|3|4").span, after: first).stream == "stream")
    }

    @Test func identifiesTheTrade() throws {
        let identity = try RecordIdentity(parsing: bytes("s|12|3|4|5").span)
        #expect(identity.identity == .tape(stream: "s", sequence: 12, index: 3))
        #expect(identity.identity.text == "s|000000000012|003")
    }
}
