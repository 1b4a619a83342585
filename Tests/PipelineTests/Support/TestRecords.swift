import Foundation
import TradeModel

@testable import Pipeline

/// Records for tests, made from few numbers.
enum TestRecords {
    /// 2024-08-08, in ms.
    static let epoch: Int64 = 1_723_075_200_000

    /// A trade record with its header.
    static func trade(
        _ symbol: String = "AAPL", price: Double = 100.25, volume: Double = 5, time: Int64 = 0, stream: String = "S",
        sequence: Int64 = 1, index: Int32 = 0, segment: Int64? = 0, partition: Int32 = 0, offset: Int64 = 0,
        conditions: String = "[\"1\"]"
    ) -> SourceRecord {
        let value = #"{"c":\#(conditions),"p":\#(price),"s":"\#(symbol)","t":\#(epoch + time),"v":\#(volume)}"#
        var header = "\(stream)|\(sequence)|\(index)|\((epoch + time) * 1_000_000)"
        if let segment { header += "|\(segment)" }
        return record(value, key: symbol, header: header, partition: partition, offset: offset)
    }

    /// A record of any value.
    static func record(
        _ value: String?, key: String? = nil, header: String? = nil, partition: Int32 = 0, offset: Int64 = 0
    ) -> SourceRecord {
        SourceRecord(
            partition: partition, offset: offset, timestamp: epoch + offset, key: key.map { Array($0.utf8) },
            value: value.map { Array($0.utf8) },
            headers: header.map { [RecordHeader(name: "tape", value: Array($0.utf8))] } ?? [])
    }

    /// A market of several symbols: a seeded random walk with bounces, bursts, disorder and conditions.
    static func market(
        _ count: Int, seed: UInt64 = 1, symbols: Int = 3, stream: String = "sim", firstOffset: Int64 = 0
    ) -> [SourceRecord] {
        var random = SeededGenerator(seed: seed)
        var prices = (0..<symbols).map { 100 + 10 * Double($0) }
        var time: Int64 = 0
        return (0..<count).map { number in
            let symbol = Int.random(in: 0..<symbols, using: &random)
            prices[symbol] += Double(Int.random(in: -3...3, using: &random)) * 0.01
            time += Int64.random(in: 0...40, using: &random)
            var tradeTime = time
            switch Int.random(in: 0..<200, using: &random) {
            case 0: tradeTime -= 9_000
            case 1: tradeTime -= 50
            default: break
            }
            let codes = ["[\"1\"]", "null", "[]", "[\"1\",\"8\"]", "[\"12\"]"]
            return trade(
                "SYM\(symbol)", price: (prices[symbol] * 10_000).rounded() / 10_000,
                volume: Double(Int.random(in: 0...500, using: &random)) / 8, time: tradeTime, stream: stream,
                sequence: Int64(number / 3 + 1), index: Int32(number % 3), offset: firstOffset + Int64(number),
                conditions: codes[Int.random(in: 0..<codes.count, using: &random)])
        }
    }
}

/// A repeatable generator (SplitMix64, Steele et al.
///
/// 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
