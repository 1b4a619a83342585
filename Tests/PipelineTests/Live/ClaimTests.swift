import Foundation
import Mongo
import Testing

@testable import Pipeline

@Suite(.serialized) struct ClaimTests {
    /// The kind of error that a run ends with, nil if it ends well.
    static func kind(of list: ListPipeline) throws -> PipelineError.Kind? {
        do {
            try list.run()
            return nil
        } catch let error as PipelineError {
            #expect(!error.message.contains("\n"))
            return error.kind
        }
    }

    @Test func aTopicFilledAnewIsNoticedByItsAnchorAndByItsEnd() throws {
        var list = try ListPipeline(count: 200)
        defer { try? list.drop() }
        list.limit = 150
        try list.run()
        let lines = try list.dump()
        var other = list
        other.shift = 1
        other.limit = nil
        #expect(try Self.kind(of: other) == .topicRecreated)
        other.limit = 100
        #expect(try Self.kind(of: other) == .topicRecreated)
        #expect(firstDifference(lines, try list.dump()) == nil)
        // Still the old one: goes on.
        list.limit = nil
        try list.run()
        let whole = try ListPipeline(count: 200)
        defer { try? whole.drop() }
        try whole.run()
        #expect(firstDifference(try whole.dump(), try list.dump()) == nil)
    }

    @Test func lostRecordsStopTheRunUnlessAccepted() throws {
        var list = try ListPipeline(count: 400)
        defer { try? list.drop() }
        list.limit = 200
        try list.run()
        list.limit = nil
        list.low = 230
        #expect(try Self.kind(of: list) == .dataLoss)
        list.skipsLoss = true
        let summary = try list.run()
        #expect(summary.lostRecords == 30)
        #expect(summary.hasLoss)
        let gaps = try list.pool().collection("checkpoints").findOne()?["gaps"]?.array ?? []
        #expect(gaps.count == 1)
        #expect(gaps.first?.document?["from"]?.integer == 200)
        #expect(gaps.first?.document?["to"]?.integer == 230)
        #expect(try list.pool().collection("predictions").countDocuments(["reason": "gap", "k.of": 229]) > 0)
        #expect(try list.run().records == 0)
    }

    @Test func aFirstStartSaysHowManyRecordsAreGone() throws {
        var list = try ListPipeline(count: 100)
        defer { try? list.drop() }
        list.low = 40
        let summary = try list.run()
        #expect(summary.goneBeforeStart == 40)
        #expect(summary.hasLoss)
        #expect(try list.pool().collection("checkpoints").findOne()?["start_offset"]?.integer == 40)
    }

    @Test func anAnchorGoneByRetentionIsOnlyWarnedOf() throws {
        var list = try ListPipeline(count: 200)
        defer { try? list.drop() }
        list.limit = 100
        try list.run()
        list.limit = nil
        list.low = 100
        list.shift = 1
        #expect(try Self.kind(of: list) == nil)
    }

    @Test func holesAtTheEndDoNotKeepARunFromEnding() throws {
        var list = try ListPipeline(count: 100)
        defer { try? list.drop() }
        let last = list.records.last?.offset ?? 0
        list.holes = [3, 4, last - 1, last]
        let summary = try list.run()
        #expect(summary.records == list.records.count)
        #expect(try list.run().records == 0)
    }

    @Test func otherFixedFieldsAreRefusedByName() throws {
        let list = try ListPipeline(count: 60)
        defer { try? list.drop() }
        try list.run()
        let checkpoints = try list.pool().collection("checkpoints")
        let fields: [(String, BSONValue)] = [
            ("cluster", "other"), ("partitions", .int32(9)), ("m", "ols:000000000000"), ("schema", .int32(2)),
        ]
        for (field, value) in fields {
            let before = try #require(try checkpoints.findOne())
            _ = try checkpoints.updateOne([:], ["$set": .document([field: value])])
            #expect(try Self.kind(of: list) == .mismatch, "\(field)")
            // A healthy owner is not fenced.
            #expect(try checkpoints.findOne()?["epoch"] == before["epoch"])
            _ = try checkpoints.updateOne([:], ["$set": .document([field: before[field] ?? .null])])
        }
        #expect(try Self.kind(of: list) == nil)
    }

    @Test func aSecondGroupOfTheSameModelIsRefused() throws {
        let list = try ListPipeline(count: 60)
        defer { try? list.drop() }
        try list.run()
        let checkpoints = try list.pool().collection("checkpoints")
        let stored = try #require(try checkpoints.findOne())
        try checkpoints.deleteMany([:])
        var other = stored.without(["_id"])
        other.append("_id", "other|raw_data|0")
        try checkpoints.insertOne(other)
        #expect(try Self.kind(of: list) == .mismatch)
    }

    @Test func aTimeSeriesIsRefused() throws {
        let list = try ListPipeline(count: 1)
        defer { try? list.drop() }
        let pool = try list.pool()
        try pool.collection("trades").drop()
        _ = try pool.writeCommand(["create": "trades", "timeseries": ["timeField": "t"]])
        do throws(StoreFault) {
            try MongoStore(pool: pool).prepare()
            Issue.record("accepted")
        } catch {
            guard case .fatal(let message) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(message.contains("trades"))
        }
    }

    @Test func resetLeavesNothingOfTheTopic() throws {
        let list = try ListPipeline(count: 200)
        defer { try? list.drop() }
        try list.run()
        let first = try list.dump()
        var configuration = PipelineConfiguration()
        configuration.forecast.warmup = 20
        let reset = PipelineReset(
            pool: try list.pool(), topic: configuration.topic, group: configuration.group, model: configuration.model)
        let report = try reset.run()
        #expect(report.deleted["trades"] ?? 0 >= 200)
        #expect(report.deleted["checkpoints"] == 1)
        #expect(try list.dump().isEmpty)
        #expect(try list.pool().collection("latest").countDocuments() == 0)
        try list.run()
        #expect(firstDifference(first, try list.dump()) == nil)
    }

    @Test func aZombieFlushesWhatIsEqualAndIsThenFenced() throws {
        let list = try ListPipeline(count: 120)
        defer { try? list.drop() }
        let session = StoreSession(
            store: MongoStore(pool: try list.pool()),
            patience: .standard(.poll, limit: .seconds(10), exchange: Exchange()) { _, _ in })
        let claim = PartitionClaim(
            session: session, failPoints: .none, watermarks: { _ in (0, 500) }, now: { 0 }, topic: "raw_data",
            group: "tapedeck", cluster: "list", partitions: 1, model: Self.model, owner: "zombie", start: .earliest,
            skipsDataLoss: false)
        guard case .claimed(let claimed) = try claim(ClaimTag(partition: 0, serial: 1), again: nil) else {
            Issue.record("not claimed")
            return
        }
        var configuration = PipelineConfiguration()
        configuration.forecast.warmup = 20
        let settings = EngineSettings<OLSForecaster>(
            topic: "raw_data", partition: 0, checkpoint: claimed.checkpoint.id, model: Self.model,
            horizon: configuration.forecast.horizon.token, level: configuration.forecast.level, version: "test",
            forecaster: configuration.forecast)
        var engine = try PartitionEngine<OLSForecaster>(claimed, settings: settings)
        var reader = RecordReader(partitions: 1)
        // Up to before the first refused record; then it freezes.
        for record in list.records.prefix(30) { engine.handle(reader.read(record), found: [:]) }
        let batch = engine.close()
        // Another member takes over and runs to the end.
        try list.run()
        let lines = try list.dump()
        let flush = BatchFlush(session: session, failPoints: .none, now: { 1 })
        var tally = BatchFlush.Tally()
        let context = ClaimContext(
            tag: engine.claim, topic: "raw_data", checkpoint: settings.checkpoint, epoch: engine.epoch, hasGaps: false,
            version: "test")
        // The checkpoint does not move, and the claim that would go on finds another owner.
        #expect(try flush([FlushItem(batch: batch, claim: context)], tally: &tally) == [.claimAgain])
        #expect(tally.tradesInserted == 0)
        #expect(tally.tradesPresent > 20)
        guard case .fenced = try claim(ClaimTag(partition: 0, serial: 2), again: engine.epoch) else {
            Issue.record("not fenced")
            return
        }
        #expect(firstDifference(lines, try list.dump()) == nil)
    }

    private static var model: String {
        var configuration = PipelineConfiguration()
        configuration.forecast.warmup = 20
        return configuration.model
    }
}
