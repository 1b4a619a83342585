import TestSupport
import Testing
import TradeModel

/// Random messages: whatever comes, no trap, and what decodes encodes to what decodes alike.
@Suite struct FrameFuzzTests {
    private static let seeds = FinnhubFrameDecoderTests.variants.map { bytes($0.frame) }

    /// A valid frame with bytes changed, removed, doubled or cut.
    private func mutant(_ random: inout SplitMix64) -> [UInt8] {
        guard var text = Self.seeds.randomElement(using: &random) else { return [] }
        let tokens = [
            "{", "}", "[", "]", ",", ":", "\"", "\\u", "\\", "e", "-", ".", "0", "9999999999", "null", "\u{1}", "é",
            "\u{2028}",
        ].map(bytes)
        for _ in 0..<Int.random(in: 1...2, using: &random) where !text.isEmpty {
            let place = Int.random(in: 0..<text.count, using: &random)
            let end = min(text.count, place + Int.random(in: 1...20, using: &random))
            switch Int.random(in: 0..<10, using: &random) {
            case 0: text[place] = UInt8.random(in: 0...255, using: &random)
            case 1: text.removeSubrange(place..<end)
            case 2: text.insert(contentsOf: Array(text[place..<end]), at: place)
            case 3: text.removeSubrange(place...)
            case 4: if let token = tokens.randomElement(using: &random) { text.insert(contentsOf: token, at: place) }
            case 5: text[place] = UInt8.random(in: 0x20...0x7E, using: &random)
            default:
                // A digit for a digit leaves JSON as it is and tries the bounds.
                let digits = text.indices.filter { (48..<58).contains(text[$0]) }
                if let digit = digits.randomElement(using: &random) {
                    text[digit] = UInt8.random(in: 48..<58, using: &random)
                }
            }
        }
        return text
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func mutationsNeverTrapAndWhatDecodesIsStable(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var used = FinnhubFrameDecoder()
        var (good, refused) = (0, 0)
        for round in 0..<1000 {
            let text = mutant(&random)
            let decoded = Decoded(text, with: &used)
            let place: Comment = "seed \(seed), round \(round): \(String(decoding: text, as: UTF8.self))"
            // A decoder's past must not show: neither what it has interned nor what the last frame left.
            #expect(decoded == Decoded(text), place)
            #expect(decoded == Decoded(text, with: &used), place)
            if let error = decoded.error {
                refused += 1
                #expect((0...text.count).contains(error.offset), place)
                #expect(decoded.trades.isEmpty && decoded.rejections.isEmpty, place)
                continue
            }
            // A message that decodes is JSON, whatever the bounds.
            #expect(isJSON(text, depth: 16), place)
            guard decoded.kind == .trades else { continue }
            good += 1
            var out: [UInt8] = []
            FinnhubFrameEncoder.append(frame: decoded.trades, to: &out)
            let again = Decoded(out, with: &used)
            #expect(again.trades == decoded.trades && again.rejections.isEmpty && again.error == nil, place)
            var twice: [UInt8] = []
            FinnhubFrameEncoder.append(frame: again.trades, to: &twice)
            #expect(twice == out, place)
        }
        #expect(good > 100 && refused > 100)
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func aSurveyReadsOnlyWhatTheDecoderReadsAlike(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var decoder = FinnhubFrameDecoder()
        let survey = SurveyWithNames()
        var read = 0
        for round in 0..<2000 {
            let text = mutant(&random)
            let decoded = Decoded(text, with: &decoder)
            if survey.read(text) {
                read += 1
                let place: Comment = "seed \(seed), round \(round): \(String(decoding: text, as: UTF8.self))"
                #expect(decoded.kind == .trades && decoded.rejections.isEmpty, place)
                #expect(survey.symbols == decoded.trades.map(\.symbol), place)
                #expect(survey.times == decoded.trades.map(\.time), place)
                #expect(survey.ranges == decoder.trades.map(\.range), place)
                // What is read may stand in a tape's line as it is.
                #expect(isJSON(text, depth: 16) && !text.contains { $0 == 10 || $0 == 13 }, place)
            }
            survey.learn(decoded.trades)
        }
        #expect(read > 100)
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func randomBytesAreRefused(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var decoder = FinnhubFrameDecoder()
        for _ in 0..<500 {
            let text = (0..<Int.random(in: 0...60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
            }
            #expect(Decoded(text, with: &decoder).error != nil)
            #expect(throws: FrameError.self) { try decoder.decodeTrade(text.span) }
            #expect(throws: FrameError.self) { try RecordIdentity(parsing: text.span) }
            #expect(throws: FrameError.self) { try EndMarker(parsing: text.span) }
        }
    }

    /// The short way for frames as the server writes them, and the long way that a blank forces, must agree.
    @Test(arguments: 0..<4 as Range<UInt64>)
    func shortAndLongWayAgree(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var decoder = FinnhubFrameDecoder()
        func number(_ whole: Int, _ fraction: Int) -> String {
            var text = "\(UInt64.random(in: 0...UInt64.max, using: &random))".prefix(
                Int.random(in: 1...whole, using: &random))
            if Int.random(in: 0..<4, using: &random) > 0 {
                text +=
                    "."
                    + "\(UInt64.random(in: 0...UInt64.max, using: &random))".prefix(
                        Int.random(in: 0...fraction, using: &random))
            }
            return Int.random(in: 0..<20, using: &random) == 0 ? "0" + text : String(text)
        }
        let codes = [
            "\"c\":null,", "\"c\":[],", "\"c\":[\"1\",\"12\"],", "\"c\":[\"1\",],", "\"c\":[12],", "\"c\":nul,", "",
        ]
        let symbols = ["AAPL", "IC MARKETS:1", "A\\\"B", "A\\\\", "A\\", "", "é"]
        var accepted = 0
        for round in 0..<1100 {
            let time = ["1575526691134", "946684799999", "0946684800001", "15755266911340", "1e12", "-1"]
            let picked = Int.random(in: 0..<12, using: &random)
            let body =
                "\(codes[min(round % 11, 6)])\"p\":\(number(16, 16)),\"s\":\"\(symbols[round % 7])\","
                + "\"t\":\(time[picked < 6 ? picked : 0]),\"v\":\(number(17, 3))}"
            let plain = Decoded(bytes("{\"data\":[{\(body)],\"type\":\"trade\"}"), with: &decoder)
            let blank = Decoded(bytes("{\"data\":[{ \(body)],\"type\":\"trade\"}"), with: &decoder)
            accepted += plain.trades.count
            let place: Comment = "seed \(seed): \(body)"
            #expect(plain.trades == blank.trades, place)
            #expect(plain.kind == blank.kind, place)
            #expect(plain.error?.reason == blank.error?.reason && plain.error?.detail == blank.error?.detail, place)
            #expect(plain.rejections.map(\.error.reason) == blank.rejections.map(\.error.reason), place)
        }
        #expect(accepted > 20)
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func whatIsEncodedDecodesToTheSameTrades(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var decoder = FinnhubFrameDecoder()
        let letters = Array("ABCxyz:_ .\"\\/<>&éß币🚀=$'%")
        for _ in 0..<300 {
            let trades = (0..<Int.random(in: 0...12, using: &random)).map { _ -> Trade in
                let symbol = String(
                    (0..<Int.random(in: 1...30, using: &random)).compactMap { _ in letters.randomElement(using: &random)
                    })
                let price = "\(Double.random(in: 1e-9...1e9, using: &random))"
                let volume = "\(Int.random(in: 0...1_000_000, using: &random))"
                let codes = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    "\(Int.random(in: 1...60, using: &random))"
                }
                let conditions: [SaleConditions] = [.absent, .null, .codes(codes), .codes(codes + ["@\u{1}\""])]
                return Trade(
                    symbol, price, Int64.random(in: TradeBounds.time, using: &random), volume,
                    conditions.randomElement(using: &random) ?? .null)
            }
            var out: [UInt8] = []
            FinnhubFrameEncoder.append(frame: trades, to: &out)
            let decoded = Decoded(out, with: &decoder)
            #expect(decoded.kind == .trades && decoded.trades == trades && decoded.rejections.isEmpty, "seed \(seed)")
            for trade in trades {
                var object: [UInt8] = []
                FinnhubFrameEncoder.append(trade: trade, to: &object)
                let again = try decoder.decodeTrade(object.span)
                #expect(again == trade, "seed \(seed)")
            }
        }
    }
}
