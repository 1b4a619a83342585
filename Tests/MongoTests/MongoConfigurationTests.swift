import Mongo
import Synchronization
import TestSupport
import Testing

@Suite struct MongoConfigurationTests {
    @Test(arguments: [
        "w=0", "w=1", "w=2", "w=myTag", "journal=false", "w=majority&journal=false", "safe=false", "w=1&w=0",
        "readPreference=secondary", "readPreference=nearest", "readPreference=primaryPreferred",
    ])
    func whatWouldWeakenThePromiseIsRefused(options: String) throws {
        let error = try #require(throws: MongoError.self) {
            try MongoPool(MongoConfiguration(uri: "mongodb://u:secret@db.example:27017/?\(options)"))
        }
        #expect(error.kind == .configuration && !error.isRetriable)
        #expect(error.description.contains("db.example:27017"))
        #expect(error.description.contains("remove"))
        #expect(!error.description.contains("secret"))
    }

    @Test(arguments: [
        "", "w=majority", "journal=true", "w=majority&journal=true&wtimeoutMS=5000", "readPreference=primary",
        "retryWrites=false", "replicaSet=rs0&connectTimeoutMS=100",
    ])
    func whatKeepsThePromiseIsTaken(options: String) throws {
        let pool = try MongoPool(MongoConfiguration(uri: "mongodb://a:1,b:2/?\(options)"))
        #expect(pool.hosts == "a:1,b:2")
    }

    @Test(arguments: [
        "", "localhost:27017", "http://u:secret@h/", "mongodb://u:sec/ret@h:1/", "mongodb://u:secret@h:99999999/",
        "mongodb://u:secret@h:port/", "mongodb://:secret@/",
    ])
    func aMalformedURIIsRefusedWithoutShowingIt(uri: String) throws {
        let error = try #require(throws: MongoError.self) { try MongoPool(MongoConfiguration(uri: uri)) }
        #expect(error.kind == .configuration)
        #expect(!error.description.contains("secret") && !error.description.contains("sec/ret"), "\(error)")
        #expect(error.description.contains("mongodb://USER:PASSWORD@HOST:PORT"))
        #expect(!error.description.contains("\n"))
    }

    @Test(arguments: ["", "a b", "a.b", "a/b", "a$", "\0", String(repeating: "x", count: 64)])
    func aDatabaseNameThatCannotBeIsRefused(name: String) throws {
        let error = try #require(throws: MongoError.self) {
            try MongoPool(MongoConfiguration(uri: "mongodb://h:1", database: name))
        }
        #expect(error.kind == .configuration)
        #expect(error.description.contains("database name"))
    }

    @Test func aConfigurationPrintsWithoutItsPassword() {
        let configuration = MongoConfiguration(uri: "mongodb://u:secret@h:1/?authSource=admin&tlsCAFile=x")
        for text in ["\(configuration)", String(reflecting: configuration), String(describing: [configuration])] {
            #expect(!text.contains("secret"))
            #expect(text.contains("h:1"))
        }
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("secret"))
    }

    /// libmongoc warns about options that it does not know, in its log only.
    @Test func theLibrarysLogReachesTheHandler() throws {
        let lines = Lines()
        MongoLog.setHandler { level, text in lines.append(level, text) }
        defer { MongoLog.setHandler(nil) }
        _ = try? MongoPool(MongoConfiguration(uri: "mongodb://h:1/?nosuchoption=1"))
        #expect(lines.all.contains { $0.0 == .warning && $0.1.contains("nosuchoption") })
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[(MongoLog.Level, String)]>([])
        var all: [(MongoLog.Level, String)] { lines.withLock { $0 } }
        func append(_ level: MongoLog.Level, _ text: String) { lines.withLock { $0.append((level, text)) } }
    }
}
