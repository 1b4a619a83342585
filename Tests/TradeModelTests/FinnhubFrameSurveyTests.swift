import Testing
import TradeModel

/// A survey that knows its symbols by name.
final class SurveyWithNames {
    private var survey = FinnhubFrameSurvey()
    private var names: [String] = []

    var symbols: [String] { survey.trades.map { names[$0.symbol] } }
    var times: [Int64] { survey.trades.map(\.time) }
    var ranges: [Range<Int>] { survey.trades.map(\.range) }

    func read(_ frame: [UInt8]) -> Bool { survey.read(frame.span) }

    func learn(_ trades: [Trade]) {
        for trade in trades {
            survey.learn(trade.symbol, number: names.count)
            names.append(trade.symbol)
        }
    }
}

@Suite struct FinnhubFrameSurveyTests {
    private static func frame(_ trades: String) -> [UInt8] { bytes(#"{"data":[\#(trades)],"type":"trade"}"#) }

    private static let known = [
        #"{"c":["1","12"],"p":164.0601,"s":"AAPL","t":1680286537580,"v":5}"#,
        #"{"c":[],"p":164,"s":"IC MARKETS:1","t":1680286537581,"v":0}"#,
        #"{"c":null,"p":0.00001,"s":"AAPL","t":1680286537579,"v":1.50}"#,
        #"{"p":1,"s":"AAPL","t":946684800000,"v":0.00008}"#,
    ]

    private static var taught: SurveyWithNames {
        let survey = SurveyWithNames()
        survey.learn(Decoded(frame(known.joined(separator: ","))).trades)
        return survey
    }

    @Test func tradesAreSeenInOrder() {
        let survey = Self.taught
        let frame = Self.frame(Self.known.joined(separator: ","))
        #expect(survey.read(frame))
        #expect(survey.symbols == ["AAPL", "IC MARKETS:1", "AAPL", "AAPL"])
        #expect(survey.times == [1_680_286_537_580, 1_680_286_537_581, 1_680_286_537_579, 946_684_800_000])
        // Nothing of it is left after a frame that is declined.
        #expect(!survey.read(bytes(#"{"type":"ping"}"#)) && survey.times.isEmpty)
    }

    @Test(arguments: [
        // A symbol nobody has told of, and what no JSON text may hold.
        #"{"p":1,"s":"MSFT","t":1680286537580,"v":5}"#, #"{"p":1,"s":"","t":1680286537580,"v":5}"#,
        #"{"p":1,"s":"A\u0041PL","t":1680286537580,"v":5}"#,
        // Good, but not as the server writes it.
        #"{"p":1,"s":"AAPL","t":1680286537580, "v":5}"#, #"{"s":"AAPL","p":1,"t":1680286537580,"v":5}"#,
        #"{"p":1e0,"s":"AAPL","t":1680286537580,"v":5}"#, #"{"c":["a"],"p":1,"s":"AAPL","t":1680286537580,"v":5}"#,
        "",
        // Bad, whatever the decoder says of it.
        #"{"p":0,"s":"AAPL","t":1680286537580,"v":5}"#, #"{"p":1,"s":"AAPL","t":1,"v":5}"#,
        #"{"p":01,"s":"AAPL","t":1680286537580,"v":5}"#, #"{"p":1,"s":"AAPL","t":1680286537580,"v":5."#,
        #"{"c":["1",],"p":1,"s":"AAPL","t":1680286537580,"v":5}"#,
        #"{"c":[1],"p":1,"s":"AAPL","t":1680286537580,"v":5}"#, #"{"c":["1","p":1,"s":"AAPL","t":1680286537580,"v":5}"#,
    ])
    func whatIsNotPlainIsDeclined(trade: String) {
        let survey = Self.taught
        #expect(!survey.read(Self.frame(trade)))
        #expect(!survey.read(Self.frame(Self.known[0] + "," + trade)))
        #expect(survey.times.isEmpty)
    }

    @Test func everyCutAndAnyTailIsDeclined() {
        let survey = Self.taught
        let frame = Self.frame(Self.known.joined(separator: ","))
        for end in 0..<frame.count { #expect(!survey.read(Array(frame[..<end]))) }
        #expect(!survey.read(frame + [0x20]) && !survey.read([0x20] + frame))
        // The decoder refuses what is longer than a message may be.
        let long = Self.frame(Array(repeating: Self.known[0], count: 16_500).joined(separator: ","))
        #expect(long.count > TradeBounds.message && !survey.read(long))
    }

    @Test func aSymbolThatJSONEscapesIsNotLearnt() {
        let survey = SurveyWithNames()
        // Raw, `\b` is an escape of its own: it must not be taken for the symbol that is a backslash and a b.
        survey.learn(Decoded(Self.frame(#"{"p":1,"s":"\\b","t":1680286537580,"v":5}"#)).trades)
        #expect(!survey.read(Self.frame(#"{"p":1,"s":"\b","t":1680286537580,"v":5}"#)))
    }

    @Test func realFramesAreReadFromTheirSecondSymbolOn() throws {
        guard let lines = SharedData.lines(of: "finnhub-observed.frames.jsonl") else { return }
        let survey = SurveyWithNames()
        for line in lines { survey.learn(Decoded(line).trades) }
        var read = 0
        for line in lines where survey.read(line) {
            read += 1
            #expect(survey.symbols == Decoded(line).trades.map(\.symbol))
        }
        #expect(read >= 20, "\(read) of \(lines.count)")
    }
}
