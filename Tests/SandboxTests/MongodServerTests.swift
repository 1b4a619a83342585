import Foundation
import Mongo
import Sandbox
import TestSupport
import Testing

@Suite(
    .enabled(
        if: (try? SandboxPrograms.mongod()) != nil,
        "SKIPPED: no mongod here; run 'make setup' without TAPEDECK_MONGO_URI")
)
struct MongodServerTests {
    @Test(arguments: [false, true])
    func dataAndPortSurviveKillStopAndANewStart(replicaSet: Bool) throws {
        let folder = try TemporaryFolder("mongod")
        let server = try MongodServer.start(folder: folder.path, replicaSet: replicaSet)
        let uri = server.uri
        try insert(1, uri)
        let first = try #require(server.processIdentifier)
        server.kill()
        #expect(kill(first, 0) == -1)
        #expect(server.processIdentifier == nil)
        try server.restart()
        try insert(2, uri)
        server.stop()
        let again = try MongodServer.start(folder: folder.path, replicaSet: replicaSet)
        #expect(again.uri == uri)
        let pool = try MongoPool(MongoConfiguration(uri: again.uri, database: "kept"))
        let count = try pool.collection("c").countDocuments()
        #expect(count == 2)
        again.stop()
    }

    /// What a SIGKILL of a test run, or of `demo`, must leave behind: nothing.
    @Test func theServerDiesWithAParentThatIsKilled() async throws {
        let folder = try TemporaryFolder("orphan")
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let server = try MongodServer.start(folder: path, replicaSet: false)
            let identifier = try #require(server.processIdentifier)
            try "\(identifier)".write(toFile: "\(path)/pid", atomically: true, encoding: .utf8)
            kill(getpid(), SIGKILL)
        }
        let text = try String(contentsOfFile: "\(path)/pid", encoding: .utf8)
        let identifier = try #require(Int32(text))
        // The kernel's signal is on its way; nothing but its arrival ends this loop.
        while Self.isRunning(identifier) { await Task.yield() }
        #expect(!Self.isRunning(identifier))
    }

    @Test func anErrorNamesTheLogAndTheRemedy() throws {
        let folder = try TemporaryFolder("broken")
        let error = try #require(throws: SandboxError.self) {
            try MongodServer.start(folder: folder.path, replicaSet: false, arguments: ["--no-such-option"])
        }
        #expect(error.description.contains("ended with exit status"))
        #expect(error.description.contains("see \(folder.path)/mongod.log"))
        let log = try String(contentsOfFile: "\(folder.path)/mongod.log", encoding: .utf8)
        #expect(log.contains("no-such-option"))
    }

    @Test func aFolderThatCannotBeMadeIsNamed() throws {
        let folder = try TemporaryFolder("file")
        let file = folder.file("taken")
        try "x".write(toFile: file, atomically: true, encoding: .utf8)
        let error = try #require(throws: SandboxError.self) {
            try MongodServer.start(folder: file, replicaSet: false)
        }
        #expect(error.description.contains(file))
    }

    @Test func aProgramThatCannotRunIsNamed() throws {
        let folder = try TemporaryFolder("program")
        let error = try #require(throws: SandboxError.self) {
            try MongodServer.start(folder: folder.path, replicaSet: false, program: "/no/such/mongod")
        }
        #expect(error.description.contains("/no/such/mongod"))
        #expect(error.description.contains("No such file"))
    }

    /// Neither gone nor a zombie that its new parent has yet to reap.
    private static func isRunning(_ identifier: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8) else { return false }
        return text.split(separator: ")").last?.split(separator: " ").first != "Z"
    }

    private func insert(_ number: Int64, _ uri: String) throws {
        let pool = try MongoPool(MongoConfiguration(uri: uri, database: "kept"))
        try pool.collection("c").insertOne(["_id": .int64(number)])
    }
}
