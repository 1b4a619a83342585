import Foundation
import Mongo
import Testing

@testable import Pipeline

@Suite(.serialized) struct PipelineKafkaTests {
    @Test func everyTradeIsStoredAndASecondRunChangesNothing() async throws {
        let records = TestRecords.market(4_000)
        let live = try LivePipeline(topic: try LiveBroker.topic(records, partitions: 1))
        let first = try await live.run()
        #expect(first.records == 4_000)
        #expect(first.trades == 4_000)
        #expect(first.tradesInserted == 4_000)
        #expect(try live.pool.collection("trades").countDocuments() == 4_000)
        let counts = first.symbols.values
        #expect(counts.reduce(0) { $0 + $1.trades } == 4_000)
        for symbol in counts {
            let c = symbol.counts
            #expect(c.origins == c.scored + c.warmup + c.censored + Int64(symbol.pending))
            #expect(c.scored > 500)
        }
        let predictions = Int(counts.reduce(0) { $0 + $1.counts.scored + $1.counts.warmup + $1.counts.censored })
        #expect(try live.pool.collection("predictions").countDocuments() == predictions)
        let lines = try live.dump()
        let second = try await live.run()
        #expect(second.records == 0)
        #expect(firstDifference(lines, try live.dump()) == nil)
        // The same tape once more: only duplicates.
        try LiveBroker.publish(records, to: live.configuration.topic)
        let third = try await live.run()
        #expect(third.records == 4_000)
        #expect(third.trades == 0)
        #expect(third.duplicates == ["sim": 4_000])
        #expect(third.onlyDuplicates != nil)
        #expect(firstDifference(lines, try live.dump()) == nil)
    }
}
