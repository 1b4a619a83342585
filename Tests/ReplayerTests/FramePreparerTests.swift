import Tape
import TestSupport
import Testing
import TradeModel

@testable import Replayer

/// What a batch is prepared to is what the decoder sees in its frames, surveyed or not.
@Suite struct FramePreparerTests {
    private static let symbols = ["AAPL", "BINANCE:BTCUSDT", "Ä", "IC MARKETS:1", "QUO\\\"TED"]

    /// A frame as the server writes it, or nearly so.
    private static func frame(_ random: inout SplitMix64) -> String {
        if Int.random(in: 0..<12, using: &random) == 0 { return #"{"type":"ping"}"# }
        let space = Int.random(in: 0..<4, using: &random) == 0 ? " " : ""
        let trades = (0..<Int.random(in: 1...5, using: &random)).map { _ in
            let symbol = symbols.randomElement(using: &random) ?? ""
            let price = ["164.06", "1", "0.000015", "0", "1e2", "123456789012.25"].randomElement(using: &random) ?? ""
            let time = 1_723_210_200_000 + Int.random(in: -500...500, using: &random)
            return "{\"p\":\(space)\(price),\"s\":\"\(symbol)\",\"t\":\(time),\"v\":5}"
        }
        return "{\"data\":[\(trades.joined(separator: ","))],\"type\":\"trade\"}"
    }

    @Test(arguments: 0..<6 as Range<UInt64>, [nil, ["AAPL", "Ä"], []] as [Set<String>?])
    func recordsAreTheDecodersTrades(seed: UInt64, wanted: Set<String>?) throws {
        var random = SplitMix64(seed: seed)
        let folder = try TemporaryFolder("preparer")
        let lines = (0..<300).map { (Int64($0), TestTape.Line.frame(Self.frame(&random))) }
        let reader = try TapeReader(paths: [try TestTape.write(lines, to: folder.file("t.gz"), memberSize: 1500)])
        var trades = FramePreparer(form: .trades, wanted: wanted)
        var frames = FramePreparer(form: .frames, wanted: wanted)
        var batches = 0
        var rejected = 0
        while let batch = try reader.next() {
            batches += 1
            let prepared = trades.prepare(batch)
            let whole = frames.prepare(batch)
            #expect(Set(prepared.symbols).count == prepared.symbols.count && whole.symbols == ["*"])
            for (number, line) in batch.lines.enumerated() where line.kind == .frame {
                var decoder = FinnhubFrameDecoder()
                _ = try decoder.decode(batch.text.span.extracting(line.body))
                rejected += decoder.rejections.count
                let expected = decoder.trades.filter { wanted?.contains($0.trade.symbol) ?? true }
                let records = prepared.records[prepared.lines[number].records]
                #expect(prepared.lines[number].filtered == decoder.trades.count - expected.count)
                #expect(records.map { prepared.symbols[Int($0.symbol)] } == expected.map(\.trade.symbol))
                #expect(records.map(\.index) == expected.map(\.index) && records.allSatisfy { $0.line == number })
                #expect(records.map(\.time) == expected.map(\.trade.time))
                #expect(
                    records.map { Int($0.start)..<Int($0.end) }
                        == expected.map {
                            line.body.lowerBound + $0.range.lowerBound..<line.body.lowerBound + $0.range.upperBound
                        })
                let latest = decoder.trades.map(\.trade.time).max()
                for content in [prepared.lines[number].content, whole.lines[number].content] {
                    #expect(content.latestTrade == latest)
                    if case .trades(_, let count, let error) = content {
                        #expect(count == decoder.rejections.count && error == decoder.rejections.first?.error)
                    } else {
                        #expect(decoder.trades.isEmpty && decoder.rejections.isEmpty)
                    }
                }
                let message = whole.records[whole.lines[number].records]
                #expect(message.map { Int($0.start)..<Int($0.end) } == [line.body])
                #expect(message.map(\.time) == [latest ?? line.receive / 1_000_000])
            }
        }
        #expect(batches > 5 && rejected > 10)
    }
}
