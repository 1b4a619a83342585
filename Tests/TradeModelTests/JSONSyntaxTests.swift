import Foundation
import TestSupport
import Testing
import TradeModel

@Suite struct JSONSyntaxTests {
    @Test(arguments: [
        "0", "-0", "-0.0e-0", "1E+5", "12.50", "\"\"", "\"\\u00e9\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\ud800\"", "\"é🚀\"",
        "true", "false", "null", "[]",
        "{}", "[ ]", "{ }", "[1,[2,{\"a\":[]}],\"x\"]", "{\"a\":{\"b\":[{}]},\"a\":1}", " \t\r\n[1 , 2]\r\n",
        "{\"a\" : 1 , \"\" : 2}",
        "{\"\\\"}\":\"]\"}",
    ])
    func accepts(text: String) {
        #expect(isJSON(bytes(text), depth: 64))
    }

    @Test(arguments: [
        "", " ", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "-", "0x1", "NaN", "Infinity", "-Infinity", "tru", "nul",
        "True", "'a'",
        "\"", "\"\\\"", "\"\\x\"", "\"\\u12g4\"", "\"\\u123\"", "\"\u{1}\"", "\"\n\"", "[", "]", "[1", "[1,", "[1,]",
        "[,1]", "[1 2]", "{", "}", "{\"a\"}",
        "{\"a\":}", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{a:1}", "{1:1}", "[1}", "{\"a\":1]", "1 2", "[] []",
        "{}x", "\u{feff}{}",
        "/**/1", "[1]\u{0}", "\u{a0}1", "[\"a\":1]", "{\"a\",\"b\"}",
    ])
    func refuses(text: String) {
        #expect(!isJSON(bytes(text), depth: 64))
    }

    @Test(arguments: [1, 2, 63, 64, 65, 127, 128, 129, 1000])
    func countsDepth(depth: Int) {
        for (open, close) in [("[", "]"), ("{\"k\":", "}")] {
            let inner = open == "[" ? "" : "{}"
            let levels = open == "[" ? depth : depth - 1
            let text = bytes(
                String(repeating: open, count: levels) + inner + String(repeating: close, count: levels))
            #expect(isJSON(text, depth: depth))
            #expect(!isJSON(text, depth: depth - 1))
        }
        #expect(isJSON(bytes("1"), depth: 0))
        // Arrays and objects in turn: the closing brackets must match even beyond 64 levels.
        let mixed = (0..<depth).map { $0 % 3 == 0 ? "[" : "{\"k\":" }
        let ends = (0..<depth).reversed().map { $0 % 3 == 0 ? "]" : "}" }
        #expect(isJSON(bytes(mixed.joined() + "0" + ends.joined()), depth: depth))
        let wrong = ends.dropLast().joined() + (depth > 0 ? "}" : "")
        #expect(!isJSON(bytes(mixed.joined() + "0" + wrong), depth: depth))
    }

    /// Foundation's parser takes trailing commas, which are no JSON; in all else the two must agree on plain documents.
    @Test(arguments: 0..<4 as Range<UInt64>)
    func agreesWithFoundationOnMutations(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let alphabet = bytes("{}[]\",:0123456789.eE+-truefalsn \\u/x")
        let documents = ["{\"a\":[1,2.5e-3,true],\"b\":{\"c\":null}}", "[\"x\\u0041\",-0.1,[[],{}],false]"].map(bytes)
        var valid = 0
        for _ in 0..<800 {
            guard var text = documents.randomElement(using: &random) else { continue }
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let place = Int.random(in: 0..<text.count, using: &random)
                guard let byte = alphabet.randomElement(using: &random) else { continue }
                switch Int.random(in: 0..<3, using: &random) {
                case 0: text[place] = byte
                case 1: text.insert(byte, at: place)
                default: text.remove(at: place)
                }
            }
            let theirs = (try? JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)) != nil
            let ours = isJSON(text, depth: 512)
            valid += ours ? 1 : 0
            if theirs, !ours, String(decoding: text, as: UTF8.self).contains(#/,\s*[\]}]/#) { continue }
            #expect(ours == theirs, "seed \(seed): \(String(decoding: text, as: UTF8.self))")
        }
        #expect(valid > 30)
    }
}
