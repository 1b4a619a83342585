import Foundation
import Testing

@testable import Pipeline

@Suite(.serialized) struct RefusalTests {
    @Test func aRefusedTradeDiesAloneAndStaysDeadWhenTheValidatorIsLifted() throws {
        var list = try ListPipeline(count: 300)
        defer { try? list.drop() }
        list.batchRecords = 1_000
        let summary = try list.run()
        let refused = list.records.count {
            $0.value.map { String(decoding: $0, as: UTF8.self).contains("2000000") } == true
        }
        #expect(refused > 2)
        let dead = try list.pool().collection("dead_letters").countDocuments(["reason": "store_rejected"])
        #expect(dead == refused)
        #expect(summary.deadLetters["store_rejected"] == refused)
        #expect(summary.hasLoss)
        let lines = try list.dump()
        try list.refuseHighPrices(false)
        let again = try list.run()
        #expect(again.records == 0)
        #expect(firstDifference(lines, try list.dump()) == nil)
    }

    @Test func quotaStopsWithACheckpointAfterExactlySoManyRecords() throws {
        var list = try ListPipeline(count: 300)
        defer { try? list.drop() }
        list.stopAfter = 123
        let summary = try list.run()
        #expect(summary.records == 123)
        #expect(try list.pool().collection("checkpoints").findOne()?["next_offset"]?.integer == 123)
        list.stopAfter = nil
        try list.run()
        let other = try ListPipeline(count: 300)
        defer { try? other.drop() }
        try other.run()
        #expect(firstDifference(try other.dump(), try list.dump()) == nil)
    }

    @Test func otherContentUnderAStoredIdentityIsAConflict() throws {
        let list = try ListPipeline(count: 60)
        defer { try? list.drop() }
        // Someone stored this identity already, as of another topic.
        _ = try list.pool().collection("trades").insertMany([
            [
                "_id": "sim|000000000003|001", "s": "SYM0", "p": 1.0, "v": 1.0, "t": .date(1),
                "k": ["tp": "elsewhere", "pt": .int32(0), "of": 5, "ts": .date(1)], "at": .date(1),
            ]
        ])
        let summary = try list.run()
        #expect(summary.deadLetters["identity_conflict"] == 1)
        #expect(try list.pool().collection("dead_letters").countDocuments(["reason": "identity_conflict"]) == 1)
        #expect(try list.pool().collection("trades").findOne(["_id": "sim|000000000003|001"])?["p"]?.double == 1)
    }
}
