import Testing
import TradeModel

@Suite struct FinnhubFrameEncoderTests {
    @Test func writesWhatFinnhubSends() {
        let trades = [
            Trade("AAPL", "164.0601", 1_680_286_537_580, "5", .codes(["1", "12"])),
            Trade("BINANCE:BTCUSDT", "8.90e-7", 1_721_555_886_208, "0.00008", .null),
            Trade("IC MARKETS:1", "1", 946_684_800_000, "0", .codes([])),
            Trade("a\"\\é\u{2028}", "1", 4_133_980_799_999, "1e+21", .absent),
        ]
        var out = bytes("before ")
        FinnhubFrameEncoder.append(frame: trades, to: &out)
        let objects = [
            #"{"c":["1","12"],"p":164.0601,"s":"AAPL","t":1680286537580,"v":5}"#,
            #"{"c":null,"p":8.90e-7,"s":"BINANCE:BTCUSDT","t":1721555886208,"v":0.00008}"#,
            #"{"c":[],"p":1,"s":"IC MARKETS:1","t":946684800000,"v":0}"#,
            "{\"p\":1,\"s\":\"a\\\"\\\\é\u{2028}\",\"t\":4133980799999,\"v\":1e+21}",
        ]
        #expect(
            String(decoding: out, as: UTF8.self)
                == "before {\"data\":[" + objects.joined(separator: ",") + "],\"type\":\"trade\"}")
    }

    @Test func writesNoTradesAndPings() {
        var out: [UInt8] = []
        FinnhubFrameEncoder.append(frame: [], to: &out)
        FinnhubFrameEncoder.appendPing(to: &out)
        #expect(String(decoding: out, as: UTF8.self) == #"{"data":[],"type":"trade"}{"type":"ping"}"#)
    }
}
