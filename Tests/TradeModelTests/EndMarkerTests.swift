import Testing
import TradeModel

@Suite struct EndMarkerTests {
    @Test func writesAndReads() throws {
        let marker = EndMarker(stream: "20240809T133000Z-7f3a", sequence: 4711)
        var out: [UInt8] = []
        marker.append(to: &out)
        #expect(String(decoding: out, as: UTF8.self) == #"{"type":"end","stream":"20240809T133000Z-7f3a","seq":4711}"#)
        #expect(try EndMarker(parsing: out.span) == marker)
        let other = bytes(#" {"x":[1],"seq":4711 , "str\u0065am":"20240809T133000Z-7f3a","type":"end"} "#)
        #expect(try EndMarker(parsing: other.span) == marker)
        // For the frame decoder it is a message without effect.
        #expect(Decoded(out).kind == .ignored(type: EndMarker.type))
    }

    @Test(arguments: [
        ("{}", FrameError.Reason.unknownShape), (#"{"type":"end","seq":1}"#, .unknownShape), ("[]", .notJSON),
        ("", .notJSON),
        (#"{"type":"ping","stream":"s","seq":1}"#, .unknownShape),
        (#"{"type":"end","stream":"s","seq":"1"}"#, .unknownShape),
        (#"{"type":"end","stream":"s","seq":-1}"#, .unknownShape),
        (#"{"type":"end","stream":"s","seq":1.5}"#, .unknownShape),
        (#"{"type":"end","stream":"s","seq":null}"#, .unknownShape),
        (#"{"type":"end","stream":"a b","seq":1}"#, .unknownShape),
        (#"{"type":"end","stream":"s","seq":1,"seq":2}"#, .unknownShape),
        (#"{"type":"end","stream":"s","seq":1}x"#, .notJSON),
        (#"{"type":"end","stream":5,"seq":1}"#, .unknownShape),
    ])
    func refusesAnythingElse(text: String, reason: FrameError.Reason) {
        do throws(FrameError) {
            _ = try EndMarker(parsing: bytes(text).span)
            Issue.record("read \(text)")
        } catch {
            #expect(error.reason == reason)
        }
    }
}
