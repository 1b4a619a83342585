import Mongo
import TestSupport
import Testing

@Suite(needsMongod) struct MongoCollectionTests {
    @Test(arguments: ServerKind.allCases)
    func everyTypeComesBackByteForByte(kind: ServerKind) throws {
        try TestServers.withMongo(uri: kind.uri) { pool in
            let collection = pool.collection("types")
            let document: BSONDocument = [
                "_id": "x", "d": .double(Double(bitPattern: 0xFFF4_0000_DEAD_BEEF)), "z": .double(-0.0), "s": "a\0€",
                "b": .binary([1, 2, 255], subtype: 0), "n": nil, "y": true, "t": .date(-62_135_596_800_000),
                "i": .int32(-5), "l": .int64(.min), "a": [1, [], [:]], "o": ["k": ["v"]],
                "id": .other(type: 7, bytes: Array(1...12)),
            ]
            try collection.insertOne(document)
            let stored = try collection.findOne(["_id": "x"])
            #expect(stored?.bytes == document.bytes)
        }
    }

    @Test func anUpdateSaysWhatItMatched() throws {
        try TestServers.withMongo(uri: ServerKind.replicaSet.uri) { pool in
            let checkpoints = pool.collection("checkpoints")
            try checkpoints.insertOne(["_id": "g|t|0", "epoch": 3, "next_offset": 100])
            let fenced = try checkpoints.updateOne(
                ["_id": "g|t|0", "epoch": 2, "next_offset": 100], ["$set": ["next_offset": 200]])
            #expect(fenced == .init(matched: 0, modified: 0, isUpserted: false))
            let mine = try checkpoints.updateOne(
                ["_id": "g|t|0", "epoch": 3, "next_offset": 100], ["$set": ["next_offset": 200]])
            #expect(mine == .init(matched: 1, modified: 1, isUpserted: false))
            let again = try checkpoints.updateOne(["_id": "g|t|0"], ["$set": ["next_offset": 200]])
            #expect(again == .init(matched: 1, modified: 0, isUpserted: false))
            let new = try checkpoints.updateOne(["_id": "g|t|1"], ["$set": ["epoch": 1]], upsert: true)
            #expect(new == .init(matched: 0, modified: 0, isUpserted: true))
        }
    }

    /// The claim of pipeline.md, section 4: the first makes the document, the next raises the epoch, a fixed field that
    /// differs is a duplicate key and leaves the document alone.
    @Test(arguments: ServerKind.allCases)
    func aClaimRaisesTheEpochOrFails(kind: ServerKind) throws {
        try TestServers.withMongo(uri: kind.uri) { pool in
            let checkpoints = pool.collection("checkpoints")
            func claim(_ model: String) throws -> BSONDocument? {
                let owner: BSONDocument = ["_id": "g|t|0", "m": .string(model)]
                return try checkpoints.findAndModify(
                    owner, ["$inc": ["epoch": 1], "$setOnInsert": ["next_offset": 7]], upsert: true)
            }
            let first = try claim("ols:1")
            #expect(first == ["_id": "g|t|0", "m": "ols:1", "epoch": 1, "next_offset": 7])
            let second = try claim("ols:1")
            #expect(second?["epoch"] == 2 && second?["next_offset"] == 7)
            let error = #expect(throws: MongoError.self) { try claim("ols:2") }
            #expect(error?.kind == .duplicateKey && error?.code == 11000)
            let stored = try checkpoints.findOne()
            #expect(stored?["epoch"] == 2)
        }
    }

    @Test func findAndModifyReturnsTheOldTheNewOrNothing() throws {
        try TestServers.withMongo(uri: ServerKind.replicaSet.uri) { pool in
            let collection = pool.collection("c")
            let change: BSONDocument = ["$inc": ["n": 1]]
            let nothing = try collection.findAndModify(["_id": 1], change)
            #expect(nothing == nil)
            let upsertedOld = try collection.findAndModify(["_id": 1], change, upsert: true, returnNew: false)
            #expect(upsertedOld == nil)
            let old = try collection.findAndModify(["_id": 1], change, returnNew: false)
            #expect(old == ["_id": 1, "n": 1])
            let projected = try collection.findAndModify(["_id": 1], change, projection: ["n": 1, "_id": 0])
            #expect(projected == ["n": 3])
        }
    }

    @Test func findOrdersProjectsLimitsAndEndsEarly() throws {
        try TestServers.withMongo(uri: ServerKind.replicaSet.uri) { pool in
            try pool.ensureCollection("c", indexes: [MongoIndex(["s": 1, "t": 1])])
            let collection = pool.collection("c")
            _ = try collection.insertMany((0..<50).map { ["_id": .int64($0), "s": "A", "t": .date(100 - $0)] })
            let options = MongoFindOptions(
                sort: ["t": 1], projection: ["t": 1], limit: 3, hint: ["s": 1, "t": 1], batchSize: 2)
            let found = try collection.findAll(["s": "A"], options)
            #expect(
                found == [["_id": 49, "t": .date(51)], ["_id": 48, "t": .date(52)], ["_id": 47, "t": .date(53)]])
            let first = try collection.find([:], MongoFindOptions(sort: ["_id": 1], batchSize: 2)) { cursor in
                _ = try cursor.next()
                _ = try cursor.next()
                return try cursor.next()?["_id"]?.integer
            }
            #expect(first == 2)
            #expect(throws: MongoError.self) { try collection.findAll([:], MongoFindOptions(hint: ["none": 1])) }
        }
    }

    @Test func countingAndDeletingFollowTheFilter() throws {
        try TestServers.withMongo(uri: ServerKind.replicaSet.uri) { pool in
            let collection = pool.collection("c")
            _ = try collection.insertMany((0..<10).map { ["_id": .int64($0)] })
            let counted = try collection.countDocuments(["_id": ["$lt": 4]])
            let deleted = try collection.deleteMany(["_id": ["$lt": 4]])
            let left = try collection.countDocuments()
            let absent = try pool.collection("absent").countDocuments()
            #expect((counted, deleted, left, absent) == (4, 4, 6, 0))
            try collection.drop()
            try collection.drop()
            let info = try pool.collectionInfo("c")
            #expect(info == nil)
        }
    }

    @Test func whatTheBodyThrowsComesThrough() throws {
        struct Mine: Error {}
        try TestServers.withMongo(uri: ServerKind.standalone.uri) { pool in
            let error = #expect(throws: Mine.self) { try pool.collection("c").find { _ in throw Mine() } }
            #expect(error != nil)
        }
    }

    @Test func manyThreadsShareAPool() async throws {
        let pool = try MongoPool(TestServers.mongoConfiguration(uri: ServerKind.replicaSet.uri))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for thread in 0..<8 {
                group.addTask {
                    try await onThread {
                        for number in 0..<20 {
                            try pool.collection("c").insertOne(["_id": .int64(Int64(thread * 100 + number))])
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let count = try pool.collection("c").countDocuments()
        #expect(count == 160)
        try pool.dropDatabase()
    }
}
