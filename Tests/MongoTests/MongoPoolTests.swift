import Mongo
import TestSupport
import Testing

@Suite(needsMongod) struct MongoPoolTests {
    @Test func theServerSaysWhatItIs() throws {
        try TestServers.withMongo(uri: ServerKind.replicaSet.uri) { pool in
            let info = try pool.serverInfo()
            #expect(info.kind == .replicaSet(name: "rs0") && info.isWritablePrimary)
        }
        try TestServers.withMongo(uri: ServerKind.standalone.uri) { pool in
            let info = try pool.serverInfo()
            #expect(info.kind == .standalone && info.isWritablePrimary)
            #expect(info.version.split(separator: ".").count == 3)
        }
    }

    @Test func collectionsAreMadeOnceAndTheirValidatorKeptCurrent() throws {
        try TestServers.withMongo(uri: ServerKind.replicaSet.uri) { pool in
            let loose: BSONDocument = ["p": ["$exists": true]]
            let strict: BSONDocument = ["p": ["$type": "double"]]
            let indexes = [MongoIndex(["s": 1, "t": 1]), MongoIndex(["at": 1], expireAfterSeconds: 60)]
            for validator in [loose, loose, strict] {
                try pool.ensureCollection("trades", validator: validator, indexes: indexes)
            }
            let info = try #require(try pool.collectionInfo("trades"))
            #expect(info.kind == .regular)
            #expect(info.options["validator"]?.document == strict)
            let reply = try pool.command(["listIndexes": "trades"])
            let names = reply["cursor"]?.document?["firstBatch"]?.array?.compactMap { $0.document?["name"]?.string }
            #expect(names == ["_id_", "s_1_t_1", "at_1"])
            let error = #expect(throws: MongoError.self) { try pool.collection("trades").insertOne(["p": "no"]) }
            #expect(error?.kind == .rejectedDocument)
            let conflict = #expect(throws: MongoError.self) {
                try pool.collection("trades").createIndexes([MongoIndex(["at": 1], expireAfterSeconds: 61)])
            }
            #expect(conflict?.code == 85)
        }
    }

    @Test func timeSeriesAndViewsAreRefused() throws {
        try TestServers.withMongo(uri: ServerKind.replicaSet.uri) { pool in
            _ = try pool.writeCommand(["create": "series", "timeseries": ["timeField": "t"]])
            _ = try pool.writeCommand(["create": "view", "viewOn": "series", "pipeline": []])
            let kinds = try ["series", "view"].map { try pool.collectionInfo($0)?.kind }
            #expect(kinds == [.timeSeries, .view])
            for name in ["series", "view"] {
                let error = #expect(throws: MongoError.self) { try pool.ensureCollection(name) }
                #expect(error?.kind == .configuration)
                #expect(error?.description.contains(".\(name)") == true)
            }
        }
    }

    /// What the server's profiler saw, for each kind of write.
    @Test(arguments: ServerKind.allCases)
    func everyWriteAsksForTheMajoritysJournal(kind: ServerKind) throws {
        try TestServers.withMongo(uri: kind.uri) { pool in
            _ = try pool.writeCommand(["create": "c"])
            _ = try pool.command(["profile": 2])
            let collection = pool.collection("c")
            try collection.insertOne(["_id": 1])
            _ = try collection.insertMany([["_id": 2]])
            _ = try collection.bulkUpdate([MongoUpdate(filter: ["_id": 1], change: ["$set": ["a": 1]])])
            _ = try collection.updateOne(["_id": 1], ["$set": ["a": 2]])
            _ = try collection.findAndModify(["_id": 1], ["$set": ["a": 3]])
            try collection.deleteMany(["_id": 2])
            try collection.createIndexes([MongoIndex(["a": 1])])
            _ = try pool.command(["profile": 0])
            var seen: [String: [BSONDocument?]] = [:]
            for entry in try pool.collection("system.profile").findAll() {
                guard let command = entry["command"]?.document, let verb = command.fields.first(where: { _ in true })
                else { continue }
                seen[verb.key, default: []].append(command["writeConcern"]?.document)
            }
            // Updates and deletes are profiled by statement, without the concern; their commands share libmongoc's path.
            for verb in ["insert", "findAndModify", "createIndexes"] {
                let concerns = try #require(seen[verb], "the profiler saw no \(verb) but \(seen.keys.sorted())")
                for concern in concerns {
                    #expect(concern?["w"] == "majority", "\(verb)")
                    #expect(concern?["j"] == true, "\(verb)")
                    #expect(concern?["wtimeout"]?.integer == 20_000, "\(verb)")
                }
            }
            #expect(seen["insert"]?.count == 2)
        }
    }
}
