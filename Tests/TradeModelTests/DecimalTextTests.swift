import Foundation
import TestSupport
import Testing
import TradeModel

/// Prices and volumes: the text stays, the double is the nearest one.
@Suite struct DecimalTextTests {
    private func price(_ text: String, _ decoder: inout FinnhubFrameDecoder) throws -> DecimalText {
        try decoder.decodeTrade(bytes("{\"p\":\(text),\"s\":\"A\",\"t\":1575526691134,\"v\":\(text)}").span).price
    }

    /// The C library rounds correctly and knows nothing of our code.
    private func nearest(_ text: String) -> UInt64 { strtod(text, nil).bitPattern }

    @Test(
        arguments: [
            "1", "0.1", "0.10", "164.0601", "9007199254740993e-4", "9007199254740993.0e-10", "0.000089", "8.9e-7",
            "123456789012.345678901234567890", "1.7976931348623157e8", "100000000000000000000000000000000e-22",
            "9007199254.740993000000000000000000000000000000000000000000001", "0.30000000000000004",
            "4503599627.370497500000000000000000000000000000000000000000000", "999999999999.99999999999999999",
            "0.00000000000100000000000000000000000001", "1e12", "1e-12", "2.2250738585072011e-5", "00000001e0",
            "17.592186044416000000000000000000000000000000000000000000000001",
        ].filter { !$0.hasPrefix("00") })
    func theValueIsTheNearestDouble(text: String) throws {
        var decoder = FinnhubFrameDecoder()
        let price = try price(text, &decoder)
        #expect(price.text == text)
        #expect(price.value.bitPattern == nearest(text))
    }

    @Test func aThousandZerosRoundAndStay() throws {
        var decoder = FinnhubFrameDecoder()
        let text = "164.06" + String(repeating: "0", count: 1000) + "1"
        let price = try price(text, &decoder)
        #expect(price.text == text && price.value == 164.06)
        // One digit a thousand places on decides a tie.
        let tie = "1.00000000000000011102230246251565404236316680908203125"
        #expect(try self.price(tie, &decoder).value == 1)
        #expect(try self.price(tie + String(repeating: "0", count: 1000) + "1", &decoder).value == 1.0.nextUp)
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func randomNumbersAgreeWithTheCLibrary(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var decoder = FinnhubFrameDecoder()
        var accepted = 0
        for _ in 0..<1500 {
            var text = ""
            for _ in 0..<Int.random(in: 1...22, using: &random) { text += "\(Int.random(in: 0...9, using: &random))" }
            text = String(text.drop { $0 == "0" })
            if text.isEmpty { text = "0" }
            if Bool.random(using: &random) {
                text += "."
                for _ in 0..<Int.random(in: 1...25, using: &random) {
                    text += "\(Int.random(in: 0...9, using: &random))"
                }
            }
            if Int.random(in: 0..<3, using: &random) == 0 { text += "e\(Int.random(in: -30...15, using: &random))" }
            let value = strtod(text, nil)
            if TradeBounds.price.contains(value) {
                let price = try price(text, &decoder)
                accepted += 1
                #expect(price.text == text)
                #expect(price.value.bitPattern == value.bitPattern, "seed \(seed): \(text)")
            } else {
                #expect(throws: FrameError.self, "seed \(seed): \(text)") { try self.price(text, &decoder) }
            }
        }
        #expect(accepted > 400)
    }
}
