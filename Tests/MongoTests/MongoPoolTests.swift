import Mongo
import Sandbox
import TestSupport
import Testing

@Suite struct MongoPoolTests {
    @Test func aReplicaSetSaysSo() throws {
        let server = try TestServers.replicaSet.get()
        try TestServers.withMongo(uri: server.uri) { pool in
            let info = try pool.serverInfo()
            #expect(info.kind == .replicaSet(name: "rs0"))
            #expect(info.isWritablePrimary)
        }
    }

    @Test func aStandaloneSaysSo() throws {
        let server = try TestServers.standalone.get()
        try TestServers.withMongo(uri: server.uri) { pool in
            let info = try pool.serverInfo()
            #expect(info.kind == .standalone)
        }
    }
}
