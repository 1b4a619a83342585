import Foundation
import Testing
import TradeModel

/// What must be refused, where and why.
@Suite struct FrameErrorTests {
    struct Refusal: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var trade: String
        var reason: FrameError.Reason
        /// The text at which the error must point, counted from the trade's first byte.
        var place: String

        init(_ trade: String, _ reason: FrameError.Reason, at place: String) {
            testDescription = trade
            self.trade = trade
            self.reason = reason
            self.place = place
        }
    }

    static let refusals: [Refusal] = [
        Refusal(#"{"s":"A","t":1575526691134,"v":2}"#, .missingField, at: #"{"s""#),
        Refusal(#"{"p":1,"t":1575526691134,"v":2}"#, .missingField, at: #"{"p""#),
        Refusal(#"{"p":1,"s":"A","v":2}"#, .missingField, at: #"{"p""#),
        Refusal(#"{"p":1,"s":"A","t":1575526691134}"#, .missingField, at: #"{"p""#),
        Refusal(#"{"C":[],"P":1,"S":"A","T":1575526691134,"V":2}"#, .missingField, at: #"{"C""#),
        Refusal(#"{"p":"1","s":"A","t":1575526691134,"v":2}"#, .badType, at: #""1""#),
        Refusal(#"{"p":null,"s":"A","t":1575526691134,"v":2}"#, .badType, at: "null"),
        Refusal(#"{"p":{"v":1},"s":"A","t":1575526691134,"v":2}"#, .badType, at: #"{"v":1}"#),
        Refusal(#"{"p":1,"s":5,"t":1575526691134,"v":2}"#, .badType, at: "5,"),
        Refusal(#"{"p":1,"s":"A","t":"1575526691134","v":2}"#, .badType, at: #""1575"#),
        Refusal(#"{"p":1,"s":"A","t":1575526691134,"v":[2]}"#, .badType, at: "[2]"),
        Refusal(#"{"c":"1","p":1,"s":"A","t":1575526691134,"v":2}"#, .badType, at: #""1""#),
        Refusal(#"{"c":[1],"p":1,"s":"A","t":1575526691134,"v":2}"#, .badConditions, at: "1]"),
        Refusal(#"{"c":["1",null],"p":1,"s":"A","t":1575526691134,"v":2}"#, .badConditions, at: "null"),
        Refusal(#"{"c":["\ud800"],"p":1,"s":"A","t":1575526691134,"v":2}"#, .badConditions, at: #""\ud800"#),
        Refusal(#"{"p":0,"s":"A","t":1575526691134,"v":2}"#, .badPrice, at: "0,"),
        Refusal(#"{"p":-3,"s":"A","t":1575526691134,"v":2}"#, .badPrice, at: "-3"),
        Refusal(#"{"p":9.9e-13,"s":"A","t":1575526691134,"v":2}"#, .badPrice, at: "9.9e"),
        Refusal(#"{"p":1.000001e12,"s":"A","t":1575526691134,"v":2}"#, .badPrice, at: "1.0"),
        Refusal(#"{"p":1e400,"s":"A","t":1575526691134,"v":2}"#, .badPrice, at: "1e400"),
        Refusal(#"{"p":1e-400,"s":"A","t":1575526691134,"v":2}"#, .badPrice, at: "1e-400"),
        Refusal(#"{"p":1e99999999999999999999,"s":"A","t":1575526691134,"v":2}"#, .badPrice, at: "1e9"),
        Refusal(#"{"p":1,"s":"A","t":1575526691134,"v":-1}"#, .badVolume, at: "-1"),
        Refusal(#"{"p":1,"s":"A","t":1575526691134,"v":1.1e24}"#, .badVolume, at: "1.1"),
        Refusal(#"{"p":1,"s":"A","t":1575526691134.5,"v":2}"#, .badTime, at: "1575"),
        Refusal(#"{"p":1,"s":"A","t":946684799999,"v":2}"#, .badTime, at: "9466"),
        Refusal(#"{"p":1,"s":"A","t":4133980800000,"v":2}"#, .badTime, at: "4133"),
        Refusal(#"{"p":1,"s":"A","t":1575526691,"v":2}"#, .badTime, at: "1575"),
        Refusal(#"{"p":1,"s":"A","t":-1575526691134,"v":2}"#, .badTime, at: "-157"),
        Refusal(#"{"p":1,"s":"A","t":9223372036854775808,"v":2}"#, .badTime, at: "9223"),
        Refusal(#"{"p":1,"s":"A","t":157552669113400000001e-8,"v":2}"#, .badTime, at: "1575"),
        Refusal(#"{"p":1,"s":"A","t":1e300,"v":2}"#, .badTime, at: "1e300"),
        Refusal(#"{"p":1,"s":"","t":1575526691134,"v":2}"#, .badSymbol, at: #"","t"#),
        Refusal(#"{"p":1,"s":"A\n","t":1575526691134,"v":2}"#, .badSymbol, at: #"A\n"#),
        Refusal(#"{"p":1,"s":"A\u007f","t":1575526691134,"v":2}"#, .badSymbol, at: #"A\u007f"#),
        Refusal(#"{"p":1,"s":"A\u0085","t":1575526691134,"v":2}"#, .badSymbol, at: #"A\u0085"#),
        Refusal("{\"p\":1,\"s\":\"A\u{202e}\",\"t\":1575526691134,\"v\":2}", .badSymbol, at: "A\u{202e}"),
        Refusal("{\"p\":1,\"s\":\"A\u{2029}\",\"t\":1575526691134,\"v\":2}", .badSymbol, at: "A\u{2029}"),
        Refusal(#"{"p":1,"s":"\ude80\ud83d","t":1575526691134,"v":2}"#, .badSymbol, at: #"\ude80"#),
        Refusal(#"{"p":1,"p":1,"s":"A","t":1575526691134,"v":2}"#, .unknownShape, at: #"1,"s"#),
        Refusal(#"{"p":1,"\u0070":1,"s":"A","t":1575526691134,"v":2}"#, .unknownShape, at: #"1,"s"#),
        Refusal(#"{"x":0,"p":1,"s":"A","t":1575526691134,"\u0078":1,"v":2}"#, .unknownShape, at: #"1,"v"#),
        // The rule that stands first wins, whatever the order of the keys.
        Refusal(#"{"t":1,"v":-1,"p":0,"s":""}"#, .badSymbol, at: #""}"#),
        Refusal(#"{"v":-1,"t":1,"p":0,"s":"A"}"#, .badPrice, at: "0,"),
        Refusal(#"{"p":0,"t":"x","s":"A","v":1}"#, .badType, at: #""x""#),
        Refusal(#"{"p":0,"t":"x","s":"A"}"#, .missingField, at: #"{"p""#),
    ]

    @Test(arguments: refusals)
    func namesPlaceAndReason(refusal: Refusal) throws {
        let place = try #require(refusal.trade.range(of: refusal.place))
        let offset = refusal.trade[..<place.lowerBound].utf8.count
        let prefix = #"{"data":["#
        let decoded = Decoded(prefix + refusal.trade + #"],"type":"trade"}"#)
        #expect(decoded.kind == .trades && decoded.trades.isEmpty)
        #expect(decoded.rejections.map(\.error.reason) == [refusal.reason])
        #expect(decoded.rejections.map(\.error.offset) == [prefix.utf8.count + offset])
        var decoder = FinnhubFrameDecoder()
        let bare = !refusal.trade.contains { "psvt".contains($0) }
        do throws(FrameError) {
            _ = try decoder.decodeTrade(bytes(refusal.trade).span)
            Issue.record("decoded")
        } catch {
            #expect(error.reason == (bare ? .unknownShape : refusal.reason))
            #expect(error.offset == offset)
            #expect(!error.description.contains { $0.isNewline } && error.description.utf8.count < 200)
        }
    }

    @Test(arguments: [
        ("", FrameError.Reason.notJSON, 0), (" ", .notJSON, 1), ("pong", .notJSON, 0), ("\u{feff}{}", .notJSON, 0),
        ("[]", .notJSON, 0), ("42", .notJSON, 0), (#"{"type":"ping"}}"#, .notJSON, 15), ("{", .notJSON, 1),
        (#"{"type":"ping",}"#, .notJSON, 15), (#"{"type" "ping"}"#, .notJSON, 8), (#"{,"type":"ping"}"#, .notJSON, 1),
        (#"{"type":"ping""#, .notJSON, 14), (#"{"type":"pi"#, .notJSON, 11), (#"{"type":"\x"}"#, .notJSON, 9),
        (#"{"type":"\u00g0"}"#, .notJSON, 13), ("{\"type\":\"a\nb\"}", .notJSON, 10), (#"{"x":01}"#, .notJSON, 6),
        (#"{"x":+1}"#, .notJSON, 5), (#"{"x":1.}"#, .notJSON, 7), (#"{"x":.5}"#, .notJSON, 5),
        (#"{"x":1e}"#, .notJSON, 7),
        (#"{"x":-}"#, .notJSON, 6), (#"{"x":nul}"#, .notJSON, 8), (#"{"x":NaN}"#, .notJSON, 5),
        (#"{"x":[1,]}"#, .notJSON, 8),
        (#"{"x":[1}"#, .notJSON, 7), (#"{"x":{"a":1]}"#, .notJSON, 11), (#"{"x":{"a"}}"#, .notJSON, 9),
        (#"{"data":[{"p":1,"s":"A","t":1575526691134,"v":2}{}],"type":"trade"}"#, .notJSON, 48),
        (#"{"data":[{"p":1,"s":"A","t":1575526691134,"v":2}],"type":"trade""#, .notJSON, 64),
        (#"{}"#, .unknownShape, 0), (#"{"data":[]}"#, .unknownShape, 0), (#"{"type":null}"#, .unknownShape, 8),
        (#"{"type":"trade"}"#, .unknownShape, 0), (#"{"data":{},"type":"trade"}"#, .unknownShape, 8),
        (#"{"type":"ping","type":"ping"}"#, .unknownShape, 16),
        (#"{"x":1,"type":"ping","\u0078":2}"#, .unknownShape, 22),
        (
            #"{"x":\#(String(repeating: "[", count: 16))\#(String(repeating: "]", count: 16)),"type":"ping"}"#,
            .unknownShape, 20
        ),
    ])
    func refusesMessagesAsAWhole(message: String, reason: FrameError.Reason, offset: Int) {
        let decoded = Decoded(message)
        #expect(decoded.error?.reason == reason)
        #expect(decoded.error?.offset == offset)
        #expect(decoded.trades.isEmpty && decoded.rejections.isEmpty)
    }

    @Test(arguments: [
        [0xC3, 0x28], [0xC0, 0xAF], [0xC1, 0x81], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82],
        [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF1, 0x80, 0x80], [0x80],
        [0xFF],
    ])
    func refusesWhatIsNotUTF8(sequence: [UInt8]) {
        let head = bytes(#"{"msg":"A"#)
        let decoded = Decoded(head + sequence + bytes(#"","type":"error"}"#))
        #expect(decoded.error?.reason == .notJSON)
        #expect(decoded.error?.offset == head.count)
    }

    @Test func acceptsEveryScalarOfUnicodeInTexts() {
        for start in stride(from: 0x20, through: 0x10FFFF, by: 0x800) {
            let scalars = (start..<start + 0x800).compactMap { Unicode.Scalar(UInt32($0)) }
            let text = String(String.UnicodeScalarView(scalars.filter { $0 != "\"" && $0 != "\\" }))
            #expect(Decoded(#"{"msg":"\#(text)","type":"error"}"#).kind == .serverError(text))
        }
    }

    @Test func boundsSizeAndDepth() {
        func ping(_ padding: Int) -> [UInt8] { bytes(#"{"type":"ping"}"#) + Array(repeating: 0x20, count: padding) }
        #expect(Decoded(ping(TradeBounds.message - 15)).kind == .ping)
        #expect(Decoded(ping(TradeBounds.message - 14)).error?.reason == .unknownShape)
        func nested(_ depth: Int) -> String {
            #"{"type":"ping","x":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
        }
        #expect(Decoded(nested(15)).kind == .ping)
        #expect(Decoded(nested(16)).error?.reason == .unknownShape)
        #expect(Decoded(nested(200_000)).error?.reason == .unknownShape)
    }

    @Test func hostileMessagesGetTheirVerdict() throws {
        guard let lines = SharedData.lines(of: "finnhub-malformed.jsonl") else { return }
        var seen = [String: Int]()
        for line in lines {
            let fields = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
            let name = try #require(fields["name"] as? String)
            var frame = try #require(fields["frame"] as? String)
            for expansion in fields["expand"] as? [[String: Any]] ?? [] {
                let marker = try #require(expansion["marker"] as? String)
                let text = try #require(expansion["text"] as? String)
                let range = try #require(frame.range(of: marker))
                frame.replaceSubrange(
                    range, with: String(repeating: text, count: try #require(expansion["times"] as? Int)))
            }
            let isLatin = fields["encoding"] as? String == "latin1"
            let message = isLatin ? frame.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } : bytes(frame)
            let decoded = Decoded(message)
            let verdict = try #require(fields["expect"] as? String)
            seen[verdict, default: 0] += 1
            #expect(decoded.trades.count == fields["trades"] as? Int ?? 0, "\(name)")
            let isRefused = decoded.error != nil || !decoded.rejections.isEmpty
            #expect(isRefused == (verdict == "reject"), "\(name)")
            if verdict == "ignore" {
                #expect(decoded.kind != .serverError(""), "\(name)")
            } else if verdict == "accept", decoded.trades.isEmpty {
                guard case .serverError = decoded.kind else {
                    Issue.record("\(name): neither trades nor a server error")
                    continue
                }
            }
        }
        #expect(seen == ["reject": 134, "accept": 33, "ignore": 6])
    }
}
