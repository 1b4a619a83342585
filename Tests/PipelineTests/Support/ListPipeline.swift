import Foundation
import Mongo
import Synchronization
import TestSupport

@testable import Pipeline

/// Pipelines over a list of records and a real mongod: what a crash leaves behind, without a group's waiting times.
struct ListPipeline: Sendable, Codable {
    var uri: String
    var database: String
    var count: Int
    var seed: UInt64 = 1
    /// `<point>@<offset>`, nil for none.
    var failPoint: String?
    /// Offsets before which the partition is revoked and assigned again.
    var interruptions: [Int64] = []
    var batchRecords = 40
    var checkpointRecords = 130
    var stopAfter: Int64?
    /// The first offset that the log still has.
    var low: Int64 = 0
    var skipsLoss = false
    /// How many of the records there are; nil: all.
    var limit: Int?
    /// Added to every record's timestamp: another log of the same length.
    var shift: Int64 = 0
    /// Offsets that are not there, as transaction markers leave them.
    var holes: Set<Int64> = []

    /// A database of its own on the shared server, whose `trades` refuse prices from a million on.
    init(count: Int, seed: UInt64 = 1) throws {
        uri = try TestServers.mongoURI()
        database = TestServers.uniqueDatabase()
        self.count = count
        self.seed = seed
        try MongoStore(pool: try pool()).prepare()
        try refuseHighPrices()
    }

    private static let pools = Mutex<[String: MongoPool]>([:])

    /// One pool a database and process: finding a replica set takes its time.
    func pool() throws -> MongoPool {
        try Self.pools.withLock { pools in
            if let known = pools[database] { return known }
            let pool = try MongoPool(MongoConfiguration(uri: uri, database: database))
            pools[database] = pool
            return pool
        }
    }

    /// Prices from a million on are refused from now on, or no more.
    func refuseHighPrices(_ refuses: Bool = true) throws {
        let rule: BSONDocument = refuses ? ["p": ["$lt": 1_000_000.0]] : [:]
        _ = try pool().writeCommand(["collMod": "trades", "validator": .document(rule)])
    }

    /// A market with bad, repeated and refused records, a second stream and end markers.
    var records: [SourceRecord] {
        var records: [SourceRecord] = []
        func add(_ record: SourceRecord) {
            var record = record
            record.offset = Int64(records.count)
            record.timestamp = TestRecords.epoch + record.offset
            records.append(record)
        }
        let market = TestRecords.market(count, seed: seed)
        for (number, record) in market.enumerated() {
            add(record)
            switch number {
            case _ where number % 97 == 13: add(TestRecords.record("junk \(number)"))
            case _ where number % 53 == 7: add(market[number / 2])
            case _ where number % 71 == 31:
                add(
                    TestRecords.trade(
                        "SYM0", price: 2_000_000, time: Int64(number) * 20, stream: "other", sequence: Int64(number)))
            case _ where number % 61 == 3:
                add(TestRecords.record(#"{"type":"ping"}"#))
            default: break
            }
        }
        add(TestRecords.record(#"{"type":"end","stream":"sim","seq":999}"#))
        for index in records.indices { records[index].timestamp += shift }
        return records.prefix(limit ?? records.count).filter { $0.offset >= low && !holes.contains($0.offset) }
    }

    /// Runs a member to the end of the list; blocks.
    @discardableResult
    func run() throws -> PipelineSummary {
        var configuration = PipelineConfiguration()
        configuration.untilEnd = true
        configuration.batchRecords = batchRecords
        configuration.checkpointRecords = checkpointRecords
        configuration.checkpointInterval = .seconds(3_600)
        configuration.stopAfter = stopAfter
        configuration.onDataLoss = skipsLoss ? .skip : .stop
        configuration.forecast.warmup = 20
        configuration.version = "test"
        let exchange = Exchange()
        let member = PipelineMember<OLSForecaster>(
            configuration: configuration, cluster: "list", partitions: 1, store: MongoStore(pool: try pool()),
            source: ListSource(records, low: low, interruptions: interruptions), forecaster: configuration.forecast,
            failPoints: try FailPoints(parsing: failPoint), exchange: exchange, log: LivePipeline.log,
            isStopRequested: { false })
        return try member.run()
    }

    /// What is stored, as lines, the checkpoint last.
    func dump() throws -> [String] {
        var lines: [String] = []
        try PipelineDump(pool: try pool()).write { lines.append($0) }
        for checkpoint in try pool().collection("checkpoints").findAll() {
            lines.append(PipelineDump.line(checkpoint, collection: "checkpoints"))
        }
        return lines
    }

    func drop() throws {
        try pool().dropDatabase()
        Self.pools.withLock { $0[database] = nil }
    }
}
