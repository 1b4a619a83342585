import Testing
import TradeModel

/// What must decode, in our own words: every variant of finnhub.md, section 1.3.
@Suite struct FinnhubFrameDecoderTests {
    struct Variant: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var frame: String
        var trades: [Trade]

        init(_ name: String, _ frame: String, _ trades: Trade...) {
            testDescription = name
            self.frame = frame
            self.trades = trades
        }
    }

    static let variants: [Variant] = [
        Variant(
            "codes", #"{"data":[{"c":["1","12"],"p":164.0601,"s":"AAPL","t":1680286537580,"v":5}],"type":"trade"}"#,
            Trade("AAPL", "164.0601", 1_680_286_537_580, "5", .codes(["1", "12"]))),
        Variant(
            "c null, volume below one",
            #"{"data":[{"c":null,"p":66972.77,"s":"B:X","t":1721555886208,"v":0.00008}],"type":"trade"}"#,
            Trade("B:X", "66972.77", 1_721_555_886_208, "0.00008", .null)),
        Variant(
            "c empty", #"{"data":[{"c":[],"p":183.23,"s":"TSLA","t":1681312681832,"v":100}],"type":"trade"}"#,
            Trade("TSLA", "183.23", 1_681_312_681_832, "100", .codes([]))),
        Variant(
            "c missing",
            #"{"data":[{"p":7296.89,"s":"BINANCE:BTCUSDT","t":1575526691134,"v":0.011467}],"type":"trade"}"#,
            Trade("BINANCE:BTCUSDT", "7296.89", 1_575_526_691_134, "0.011467", .absent)),
        Variant(
            "exponents", #"{"data":[{"c":null,"p":8.9e-7,"s":"P","t":1768655932976,"v":1E+21}],"type":"trade"}"#,
            Trade("P", "8.9e-7", 1_768_655_932_976, "1E+21", .null)),
        Variant(
            "whole price, trailing zeros stay",
            #"{"data":[{"c":null,"p":164,"s":"P","t":1768655932976,"v":1.500}],"type":"trade"}"#,
            Trade("P", "164", 1_768_655_932_976, "1.500", .null)),
        Variant(
            "volume 0, symbol with a space",
            #"{"data":[{"c":null,"p":1.06618,"s":"IC MARKETS:1","t":1713756721306,"v":0}],"type":"trade"}"#,
            Trade("IC MARKETS:1", "1.06618", 1_713_756_721_306, "0", .null)),
        Variant(
            "keys in another order, type first",
            #"{"type":"trade","data":[{"v":2,"t":1575526691134,"s":"A","p":1,"c":["8"]}]}"#,
            Trade("A", "1", 1_575_526_691_134, "2", .codes(["8"]))),
        Variant(
            "white space everywhere",
            "\t{ \"data\" :\r\n [ { \"c\" : [ \"1\" , \"2\" ] , \"p\" : 1 , \"s\" : \"A\" , \"t\" : 1575526691134 , \"v\" : 2 } ]\n, \"type\" : \"trade\" } ",
            Trade("A", "1", 1_575_526_691_134, "2", .codes(["1", "2"]))),
        Variant(
            "unknown keys",
            #"{"":0,"data":[{"i":"5","c":["1"],"p":1,"x":{"p":[2,{}]},"s":"A","t":1575526691134,"v":2}],"n":1.5e3,"type":"trade"}"#,
            Trade("A", "1", 1_575_526_691_134, "2", .codes(["1"]))),
        Variant(
            "escapes in keys and texts",
            #"{"\u0064ata":[{"\u0063":["\u0031"],"\u0070":1,"s":"\ud83d\ude80\"\\\/A","t":1575526691134,"v":2}],"typ\u0065":"tr\u0061de"}"#,
            Trade("🚀\"\\/A", "1", 1_575_526_691_134, "2", .codes(["1"]))),
        Variant(
            "unknown codes",
            #"{"data":[{"c":["1","99","@",""],"p":1,"s":"A","t":1575526691134,"v":2}],"type":"trade"}"#,
            Trade("A", "1", 1_575_526_691_134, "2", .codes(["1", "99", "@", ""]))),
        Variant(
            "whole time with a point or an exponent",
            #"{"data":[{"p":1,"s":"A","t":1575526691134.00,"v":2},{"p":1,"s":"A","t":15755266911.34E2,"v":2},{"p":1,"s":"A","t":157552669113400000000e-8,"v":2}],"type":"trade"}"#,
            Trade("A", "1", 1_575_526_691_134, "2", .absent), Trade("A", "1", 1_575_526_691_134, "2", .absent),
            Trade("A", "1", 1_575_526_691_134, "2", .absent)),
        Variant(
            "the first and the last time",
            #"{"data":[{"p":1,"s":"A","t":946684800000,"v":2},{"p":1,"s":"A","t":4133980799999,"v":2}],"type":"trade"}"#,
            Trade("A", "1", 946_684_800_000, "2", .absent), Trade("A", "1", 4_133_980_799_999, "2", .absent)),
        Variant(
            "the bounds of price and volume",
            #"{"data":[{"p":1e-12,"s":"A","t":946684800000,"v":1e24},{"p":1000000000000,"s":"A","t":946684800000,"v":-0}],"type":"trade"}"#,
            Trade("A", "1e-12", 946_684_800_000, "1e24", .absent),
            Trade("A", "1000000000000", 946_684_800_000, "-0", .absent)),
        Variant(
            "three equal trades and one that runs backwards",
            #"{"data":[{"p":1,"s":"A","t":1575526691134,"v":2},{"p":1,"s":"A","t":1575526691134,"v":2},{"p":1,"s":"A","t":1575526691033,"v":2}],"type":"trade"}"#,
            Trade("A", "1", 1_575_526_691_134, "2", .absent), Trade("A", "1", 1_575_526_691_134, "2", .absent),
            Trade("A", "1", 1_575_526_691_033, "2", .absent)),
        Variant("no trades", #"{"data":[],"type":"trade"}"#),
        Variant("data null", #"{"data":null,"type":"trade"}"#),
    ]

    @Test(arguments: variants)
    func decodesEveryVariant(variant: Variant) {
        let decoded = Decoded(variant.frame)
        #expect(decoded.kind == .trades)
        #expect(decoded.trades == variant.trades)
        #expect(decoded.rejections.isEmpty)
    }

    @Test(arguments: [
        (#"{"type":"ping"}"#, FrameKind.ping),
        (#"{"data":[{"p":1,"s":"A","t":1575526691134,"v":2}],"type":"ping"}"#, .ping),
        (#"{"msg":"Subscribing to too many symbols","type":"error"}"#, .serverError("Subscribing to too many symbols")),
        (#"{"msg":"a\r\n\u001b","type":"error"}"#, .serverError("a\r\n\u{1b}")),
        (#"{"msg":[429, 1],"type":"error"}"#, .serverError("[429, 1]")),
        (#"{"type":"error"}"#, .serverError("no message")),
        (#"{"data":[{"headline":"x","url":"y"}],"type":"news"}"#, .ignored(type: "news")),
        (#"{"data":7,"type":"pr"}"#, .ignored(type: "pr")),
        (#"{"data":[{"p":1,"s":"A","t":1575526691134,"v":2}],"type":"Trade"}"#, .ignored(type: "Trade")),
        (#"{"type":"end","stream":"s","seq":5}"#, .ignored(type: "end")),
    ])
    func otherMessagesCarryNoTrades(message: String, kind: FrameKind) {
        let decoded = Decoded(message)
        #expect(decoded.kind == kind)
        #expect(decoded.trades.isEmpty && decoded.rejections.isEmpty)
    }

    @Test func aBadTradeIsRejectedAlone() throws {
        var decoder = FinnhubFrameDecoder()
        let good = #"{"c":null,"p":1.5,"s":"A","t":1575526691134,"v":2}"#
        let frame = bytes(#"{"data":[\#(good),{"p":-1,"s":"A","t":1575526691134,"v":2},7,\#(good)],"type":"trade"}"#)
        #expect(try decoder.decode(frame.span) == .trades)
        #expect(decoder.trades.map(\.index) == [0, 3])
        #expect(decoder.rejections.map(\.index) == [1, 2])
        #expect(decoder.rejections.map(\.error.reason) == [.badPrice, .badType])
        #expect(decoder.trades.map { String(decoding: frame[$0.range], as: UTF8.self) } == [good, good])
        #expect(frame[decoder.rejections[1].range].elementsEqual("7".utf8))
        // What a frame left behind must not show in the next.
        #expect(throws: FrameError.self) { try decoder.decode(bytes(#"{"data":["#).span) }
        #expect(decoder.trades.isEmpty && decoder.rejections.isEmpty)
    }

    @Test func aTradeObjectDecodesAlone() throws {
        var decoder = FinnhubFrameDecoder()
        let trade = try decoder.decodeTrade(bytes(#" {"c":["1"],"p":1.50,"s":"A","t":1575526691134,"v":2} "#).span)
        #expect(trade == Trade("A", "1.50", 1_575_526_691_134, "2", .codes(["1"])))
    }

    @Test func moreSymbolsThanTheTableHoldsDecodeAlike() {
        var decoder = FinnhubFrameDecoder()
        for round in 0..<2 {
            for number in 0..<9_000 {
                let symbol = "SYMBOL \(number) \(String(repeating: "x", count: number % 100))"
                let text =
                    #"{"data":[{"c":["\#(number)"],"p":1,"s":"\#(symbol)","t":1575526691134,"v":2}],"type":"trade"}"#
                let decoded = Decoded(bytes(text), with: &decoder)
                #expect(
                    decoded.trades == [Trade(symbol, "1", 1_575_526_691_134, "2", .codes(["\(number)"]))],
                    "round \(round)")
            }
        }
    }

    /// Texts of the same hash in the table of known symbols: equal hashes must not make them equal.
    @Test func symbolsWhoseHashesCollideStayApart() {
        var decoder = FinnhubFrameDecoder()
        let symbols = ["Aa", "BB", "AaAa", "BBBB", "AaBB", "BBAa", "AaAaAa", "BBBBBB"]
        for symbol in symbols + symbols.reversed() {
            let text = #"{"data":[{"c":null,"p":1,"s":"\#(symbol)","t":1575526691134,"v":2}],"type":"trade"}"#
            #expect(Decoded(bytes(text), with: &decoder).trades.map(\.symbol) == [symbol])
        }
    }

    @Test func publishedFramesDecode() throws {
        guard let lines = SharedData.lines(of: "finnhub-observed.frames.jsonl") else { return }
        var decoder = FinnhubFrameDecoder()
        var trades = 0
        for (number, line) in lines.enumerated() {
            let decoded = Decoded(line, with: &decoder)
            #expect(decoded.error == nil && decoded.rejections.isEmpty, "line \(number + 1)")
            trades += decoded.trades.count
        }
        #expect(lines.count == 48 && trades == 170)
    }

    @Test func publishedFramesEncodeToTheirOwnBytes() throws {
        guard let lines = SharedData.lines(of: "finnhub-observed.frames.jsonl") else { return }
        // Lines 33, 46 and 47 have another key order, unknown keys and white space.
        for (number, line) in lines.enumerated() where ![32, 45, 46].contains(number) {
            let decoded = Decoded(line)
            guard !decoded.trades.isEmpty else { continue }
            var out: [UInt8] = []
            FinnhubFrameEncoder.append(frame: decoded.trades, to: &out)
            #expect(out == line, "line \(number + 1)")
        }
    }
}
