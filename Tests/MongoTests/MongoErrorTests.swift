import Foundation
import Mongo
import Sandbox
import Synchronization
import TestSupport
import Testing

/// Errors that a real server says, provoked by its `failCommand` fail point, which is one per server: one at a time, on
/// a server of this suite's own.
@Suite(needsMongod, .serialized) struct MongoErrorTests {
    private static let folder = Result { try TemporaryFolder("errors") }
    private static let server = Result {
        try MongodServer.start(
            folder: folder.get().path, replicaSet: true, arguments: ["--setParameter", "enableTestCommands=1"])
    }

    /// The table of pipeline.md, section 6.
    @Test(
        arguments: [
            (10107, MongoError.Kind.notPrimary), (13435, .notPrimary), (13436, .notPrimary), (189, .notPrimary),
            (91, .notPrimary), (11600, .notPrimary), (11602, .notPrimary), (6, .network), (7, .network), (89, .network),
            (9001, .network), (50, .network), (262, .network), (24, .contention), (112, .contention),
            (11601, .contention), (14031, .contention), (64, .writeConcern), (79, .writeConcern), (100, .writeConcern),
            (13, .authentication), (18, .authentication), (2, .command), (59, .command), (121, .rejectedDocument),
            (10334, .rejectedDocument), (11000, .duplicateKey), (8000, .other), (0, .other),
        ] as [(Int32, MongoError.Kind)])
    func aCodeHasTheClassOfTheTable(code: Int32, kind: MongoError.Kind) {
        #expect(MongoError.Kind(serverCode: code) == kind)
        let retried: Set<MongoError.Kind> = [.notPrimary, .network, .contention, .writeConcern]
        #expect(kind.isRetriable == retried.contains(kind))
    }

    @Test(
        arguments: [
            (10107, MongoError.Kind.notPrimary), (6, .network), (112, .contention), (100, .writeConcern),
            (13, .authentication), (59, .command), (8000, .other),
        ] as [(Int64, MongoError.Kind)])
    func everyCallTellsTheServersCode(code: Int64, kind: MongoError.Kind) throws {
        try withFailure(["insert", "update", "find", "findAndModify"], ["errorCode": .int64(code)]) { pool in
            let collection = pool.collection("c")
            let calls: [() throws -> Void] = [
                { _ = try collection.insertMany([["_id": 1]]) },
                { _ = try collection.bulkUpdate([MongoUpdate(filter: [:], change: ["$set": ["a": 1]])]) },
                { try collection.insertOne(["_id": 1]) },
                { _ = try collection.updateOne([:], ["$set": ["a": 1]]) },
                { _ = try collection.findAndModify([:], ["$set": ["a": 1]]) },
                { _ = try collection.findAll() },
            ]
            for (index, call) in calls.enumerated() {
                let error = #expect(throws: MongoError.self, "call \(index)") { try call() }
                #expect(error?.kind == kind, "call \(index): \(String(describing: error))")
                #expect(error?.code == Int32(code), "call \(index): \(String(describing: error))")
            }
        }
    }

    @Test func aClosedConnectionIsANetworkError() throws {
        try withFailure(["insert", "find", "update"], ["closeConnection": true]) { pool in
            for call in 0..<3 {
                let error = #expect(throws: MongoError.self) {
                    switch call {
                    case 0: _ = try pool.collection("c").insertMany([["_id": 1]])
                    case 1: _ = try pool.collection("c").findAll()
                    default: _ = try pool.collection("c").updateOne([:], ["$set": ["a": 1]])
                    }
                }
                #expect(error?.kind == .network && error?.isRetriable == true, "\(String(describing: error))")
            }
        }
    }

    /// One failure is repaired by libmongoc's retryable write, so that a stepdown is often not even seen.
    @Test func aSingleStepdownIsRetriedByTheLibrary() throws {
        try withFailure(["insert"], ["errorCode": 10107, "errorLabels": ["RetryableWriteError"]], times: 1) { pool in
            let outcome = try pool.collection("c").insertMany([["_id": 1], ["_id": 2]])
            #expect(outcome.inserted == 2 && outcome.isComplete)
        }
    }

    @Test func aWriteConcernErrorMarksTheWholeBulk() throws {
        let concern: BSONDocument = ["code": 64, "errmsg": "waiting for replication timed out"]
        try withFailure(
            ["insert", "update", "findAndModify"], ["writeConcernError": .document(concern)], times: 100
        ) { pool in
            let collection = pool.collection("c")
            let outcome = try collection.insertMany([["_id": 1], ["_id": 1]])
            #expect(outcome.writeConcernError?.kind == .writeConcern)
            #expect(outcome.writeConcernError?.message.contains("timed out") == true)
            #expect(outcome.failures.map(\.index) == [1])
            #expect(!outcome.isComplete)
            let update = try collection.bulkUpdate([MongoUpdate(filter: ["_id": 1], change: ["$set": ["a": 1]])])
            #expect(update.writeConcernError?.code == 64)
            for call in 0..<3 {
                let error = #expect(throws: MongoError.self, "call \(call)") {
                    switch call {
                    case 0: try collection.insertOne(["_id": 7])
                    case 1: _ = try collection.updateOne(["_id": 1], ["$set": ["a": 2]])
                    default: _ = try collection.findAndModify(["_id": 1], ["$set": ["a": 3]])
                    }
                }
                #expect(error?.kind == .writeConcern && error?.code == 64, "call \(call): \(String(describing: error))")
            }
        }
    }

    @Test func aStepdownWhileWaitingForTheMajorityIsRetriable() throws {
        let concern: BSONDocument = ["code": 91, "errmsg": "shutdown in progress"]
        try withFailure(["update"], ["writeConcernError": .document(concern)], times: 100) { pool in
            let error = #expect(throws: MongoError.self) {
                try pool.collection("c").updateOne(["_id": 1], ["$set": ["a": 2]], upsert: true)
            }
            #expect(error?.isRetriable == true && error?.code == 91, "\(String(describing: error))")
        }
    }

    /// The error is told apart by the name of the thing, the host, and what to do, on one line.
    @Test func theTextNamesOperationHostAndRemedy() throws {
        try withFailure(["insert"], ["errorCode": 112]) { pool in
            let error = try #require(throws: MongoError.self) { try pool.collection("c").insertOne(["_id": 1]) }
            let text = error.description
            #expect(text.contains("insert into \(pool.database).c"))
            #expect(text.contains(pool.hosts))
            #expect(text.contains("code 112"))
            #expect(text.contains("try again"))
            #expect(!text.contains("\n"))
        }
    }

    /// Runs a test while the server fails the named commands of one client, which its application name tells apart.
    private func withFailure(
        _ commands: [String], _ data: BSONDocument, times: Int64? = nil, _ body: (MongoPool) throws -> Void
    ) throws {
        let base = try Self.server.get().uri
        let name = TestServers.uniqueDatabase()
        let admin = try MongoPool(MongoConfiguration(uri: base, database: name))
        var settings = data
        settings.append("failCommands", strings: commands)
        settings.append("appName", name)
        let mode: BSONValue = times.map { ["times": .int64($0)] } ?? "alwaysOn"
        _ = try admin.command(
            ["configureFailPoint": "failCommand", "mode": mode, "data": .document(settings)], database: "admin")
        defer {
            _ = try? admin.command(["configureFailPoint": "failCommand", "mode": "off"], database: "admin")
            try? admin.dropDatabase()
        }
        // The monitor must look again soon: a fail point, unlike a real stepdown, does not wake it.
        let pool = try MongoPool(
            MongoConfiguration(uri: uri(base, with: "appName=\(name)&heartbeatFrequencyMS=500"), database: name))
        try body(pool)
    }
}
