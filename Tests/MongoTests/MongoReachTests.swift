import Foundation
import Mongo
import Sandbox
import Synchronization
import TestSupport
import Testing

/// Servers that are away, refuse us, or die at work.
@Suite struct MongoReachTests {
    @Test(needsMongod) func aWrongPasswordSaysSoAndKeepsItsSecret() throws {
        let folder = try TemporaryFolder("auth")
        let server = try MongodServer.start(folder: folder.path, replicaSet: false, arguments: ["--auth"])
        let open = try MongoPool(MongoConfiguration(uri: server.uri))
        // The localhost exception lets the first user be made without one.
        _ = try open.command(
            ["createUser": "tape", "pwd": "right-secret", "roles": [["role": "root", "db": "admin"]]],
            database: "admin")
        func pool(_ credentials: String) throws -> MongoPool {
            try MongoPool(
                MongoConfiguration(uri: "mongodb://\(credentials)@127.0.0.1:\(server.port)/?authSource=admin"))
        }
        try pool("tape:right-secret").ping()
        try pool("tape:right-secret").collection("c").insertOne(["_id": 1])
        for credentials in ["tape:wrong-secret", "nobody:wrong-secret"] {
            let error = try #require(throws: MongoError.self) {
                try pool(credentials).collection("c").insertOne(["_id": 2])
            }
            #expect(error.kind == .authentication && error.isAuthentication && !error.isRetriable)
            #expect(error.description.contains("127.0.0.1:\(server.port)"))
            #expect(error.description.contains("password"))
            #expect(!error.description.contains("secret"))
        }
        let error = try #require(throws: MongoError.self) { try open.collection("c").insertOne(["_id": 2]) }
        #expect(error.kind == .authentication && error.code == 13)
        server.stop()
    }

    @Test(arguments: ["127.0.0.1:9", "no-such-host.invalid:27017"])
    func whereNobodyAnswersTheHostIsNamed(host: String) throws {
        var configuration = MongoConfiguration(uri: "mongodb://user:secret@\(host)/")
        configuration.selectionTimeout = .milliseconds(300)
        let pool = try MongoPool(configuration)
        let error = try #require(throws: MongoError.self) { try pool.ping() }
        #expect(error.kind == .network && error.isRetriable)
        #expect(error.description.contains(host))
        #expect(error.description.contains("check that mongod runs"))
        #expect(!error.description.contains("secret"))
        #expect(!error.description.contains("\n"))
    }

    /// Whatever the bulk was doing when the server died: sent again until it is answered, every document is there once.
    @Test(needsMongod, arguments: ServerKind.allCases)
    func aBulkSurvivesTheKillOfTheServer(kind: ServerKind) async throws {
        let folder = try TemporaryFolder("kill")
        let server = try MongodServer.start(folder: folder.path, replicaSet: kind == .replicaSet)
        // Without libmongoc's own retry, so that every kill is seen here.
        let address = uri(server.uri, with: "retryWrites=false&heartbeatFrequencyMS=500")
        let pool = try MongoPool(MongoConfiguration(uri: address, database: "kill"))
        let acknowledged = DispatchSemaphore(value: 0)
        let isEnough = Atomic<Bool>(false)
        let size = 500
        // Writes until both kills are over, so that each of them meets a writer at work.
        let repeats = Atomic<Int>(0)
        async let writer: Int = onThread {
            var bulks = 0
            while !isEnough.load(ordering: .acquiring) {
                let first = bulks * size
                let documents: [BSONDocument] = (first..<first + size).map {
                    ["_id": .int64(Int64($0)), "v": .string(String(repeating: "x", count: 200))]
                }
                do {
                    let outcome = try pool.collection("c").insertMany(documents)
                    guard outcome.writeConcernError == nil, outcome.failures.allSatisfy({ $0.kind == .duplicateKey })
                    else {
                        repeats.add(1, ordering: .relaxed)
                        continue
                    }
                    bulks += 1
                    acknowledged.signal()
                } catch let error as MongoError where error.isRetriable {
                    repeats.add(1, ordering: .relaxed)
                }
            }
            return bulks
        }
        try await onThread {
            // On a busy machine a kill can fall between two bulks; such a one proves nothing and is not counted.
            for _ in 0..<10 where repeats.load(ordering: .relaxed) < 2 {
                for _ in 0..<5 { acknowledged.wait() }
                server.kill()
                try server.restart()
                while acknowledged.wait(timeout: .now()) == .success {}
                acknowledged.wait()
            }
            isEnough.store(true, ordering: .releasing)
        }
        let bulks = try await writer
        #expect(repeats.load(ordering: .relaxed) >= 2, "no two kills met a bulk")
        let identities = try pool.collection("c").findAll(
            [:], MongoFindOptions(sort: ["_id": 1], projection: ["_id": 1]))
        #expect(try identities.map { try $0.integer("_id") } == (0..<Int64(bulks * size)).map { $0 })
        server.stop()
    }
}
