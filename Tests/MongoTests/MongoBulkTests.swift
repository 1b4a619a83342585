import Mongo
import TestSupport
import Testing

@Suite(needsMongod) struct MongoBulkTests {
    @Test(arguments: ServerKind.allCases)
    func everyDocumentOfASoundBulkIsInserted(kind: ServerKind) throws {
        try TestServers.withMongo(uri: kind.uri) { pool in
            let trades = pool.collection("trades")
            let documents = (0..<1000).map { trade($0) }
            let outcome = try trades.insertMany(documents)
            #expect(outcome.inserted == 1000)
            #expect(outcome.isComplete)
            let stored = try trades.findAll([:], MongoFindOptions(sort: ["_id": 1], batchSize: 7))
            #expect(stored == documents)
        }
    }

    @Test(arguments: ServerKind.allCases)
    func duplicatesAreReportedByIndexAndTheOthersGoIn(kind: ServerKind) throws {
        try TestServers.withMongo(uri: kind.uri) { pool in
            let trades = pool.collection("trades")
            _ = try trades.insertMany([3, 5, 9].map { trade($0) })
            let outcome = try trades.insertMany((0..<10).map { trade($0) })
            #expect(outcome.failures.map(\.index) == [3, 5, 9])
            #expect(outcome.failures.allSatisfy { $0.code == 11000 && $0.kind == .duplicateKey })
            #expect(outcome.failures.allSatisfy { $0.message.contains("E11000") })
            #expect(outcome.inserted == 7)
            #expect(outcome.writeConcernError == nil)
            let count = try trades.countDocuments()
            #expect(count == 10)
        }
    }

    @Test func anOrderedBulkStopsAtTheFirstFailure() throws {
        try TestServers.withMongo(uri: ServerKind.replicaSet.uri) { pool in
            let trades = pool.collection("trades")
            _ = try trades.insertMany([trade(3)])
            let outcome = try trades.insertMany((0..<10).map { trade($0) }, ordered: true)
            #expect(outcome.failures.map(\.index) == [3])
            let count = try trades.countDocuments()
            #expect(outcome.inserted == 3 && count == 4)
        }
    }

    @Test func theServerRefusesOnlyWhatTheValidatorRefuses() throws {
        try TestServers.withMongo(uri: ServerKind.replicaSet.uri) { pool in
            let schema: BSONDocument = [
                "$jsonSchema": ["required": ["s", "p"], "properties": ["p": ["bsonType": "double"]]]
            ]
            try pool.ensureCollection("trades", validator: schema)
            let trades = pool.collection("trades")
            let bad: BSONDocument = ["_id": "bad", "s": "X", "p": "12"]
            let outcome = try trades.insertMany([trade(0), bad, trade(1)])
            #expect(outcome.failures.map(\.index) == [1])
            #expect(outcome.failures.first?.code == 121)
            #expect(outcome.failures.first?.kind == .rejectedDocument)
            #expect(outcome.inserted == 2)
        }
    }

    @Test func aDocumentThatIsTooLargeFailsAlone() throws {
        try TestServers.withMongo(uri: ServerKind.replicaSet.uri) { pool in
            let trades = pool.collection("trades")
            var large: BSONDocument = ["_id": "large"]
            large.append("b", binary: [UInt8](repeating: 7, count: BSONDocument.maximumSize))
            var fits: BSONDocument = ["_id": "fits"]
            fits.append("b", binary: [UInt8](repeating: 7, count: BSONDocument.maximumSize - 64))
            let outcome = try trades.insertMany([trade(0), large, fits, trade(0)])
            #expect(outcome.failures.map(\.index) == [1, 3])
            #expect(outcome.failures.map(\.code) == [10334, 11000])
            #expect(outcome.failures.first?.kind == .rejectedDocument)
            #expect(outcome.inserted == 2)
        }
    }

    /// More documents than one command takes: the indexes must be those of the whole.
    @Test func indexesAreRightBeyondOneCommand() throws {
        try TestServers.withMongo(uri: ServerKind.standalone.uri) { pool in
            let trades = pool.collection("trades")
            _ = try trades.insertMany([10, 89_999, 90_000, 90_020].map { ["_id": .int64($0)] })
            let outcome = try trades.insertMany((0..<90_030).map { ["_id": .int64($0)] })
            #expect(outcome.failures.map(\.index) == [10, 89_999, 90_000, 90_020])
            #expect(outcome.inserted == 90_026)
        }
    }

    @Test func anEmptyBulkIsDone() throws {
        try TestServers.withMongo(uri: ServerKind.standalone.uri) { pool in
            let outcome = try pool.collection("trades").insertMany([])
            #expect(outcome.isComplete && outcome.inserted == 0)
        }
    }

    /// The upsert of pipeline.md, section 4 (Checkpoint, step 1): only forward, E11000 where the store is further.
    @Test(arguments: ServerKind.allCases)
    func statesOnlyMoveForward(kind: ServerKind) throws {
        try TestServers.withMongo(uri: kind.uri) { pool in
            let states = pool.collection("states")
            func move(_ id: String, to offset: Int64) -> MongoUpdate {
                let below: BSONDocument = ["_id": .string(id), "of": ["$lt": .int64(offset)]]
                return MongoUpdate(filter: below, change: ["$set": ["of": .int64(offset)]], upsert: true)
            }
            let first = try states.bulkUpdate([move("a", to: 10), move("b", to: 10)])
            #expect(first.upserted == [0, 1] && first.isComplete)
            let second = try states.bulkUpdate([move("a", to: 20), move("b", to: 5), move("c", to: 1)])
            #expect(second.matched == 1 && second.modified == 1)
            #expect(second.upserted == [2])
            #expect(second.failures.map(\.index) == [1])
            #expect(second.failures.first?.kind == .duplicateKey)
            let offsets = try states.findAll([:], MongoFindOptions(sort: ["_id": 1])).map { try $0.integer("of") }
            #expect(offsets == [20, 10, 1])
        }
    }

    @Test func aWholeDocumentReplaces() throws {
        try TestServers.withMongo(uri: ServerKind.replicaSet.uri) { pool in
            let latest = pool.collection("latest")
            _ = try latest.bulkUpdate([
                MongoUpdate(filter: ["_id": "a"], change: ["_id": "a", "p": 1.0, "old": true], upsert: true)
            ])
            let outcome = try latest.bulkUpdate([
                MongoUpdate(filter: ["_id": "a"], change: ["_id": "a", "p": 2.0], upsert: true),
                MongoUpdate(filter: ["_id": "absent"], change: ["p": 2.0]),
            ])
            #expect(outcome.matched == 1 && outcome.modified == 1 && outcome.upserted.isEmpty)
            let stored = try latest.findAll()
            #expect(stored == [["_id": "a", "p": 2.0]])
        }
    }

    private func trade(_ number: Int) -> BSONDocument {
        let digits = String(number)
        let id = "stream|" + String(repeating: "0", count: 12 - digits.count) + digits
        return [
            "_id": .string(id), "s": "BINANCE:BTCUSDT", "p": .double(Double(number) / 7), "t": .date(Int64(number)),
        ]
    }
}
