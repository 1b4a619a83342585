import Foundation
import Kafka
import Mongo
import Sandbox
import Synchronization

/// Servers that the tests of one process share, started when first asked for.
public enum TestServers {
    private static let environment = ProcessInfo.processInfo.environment
    private static let running = Mutex<[MongodServer]>([])
    private static let broker = Result {
        try SandboxBroker.start(folder: "\(TemporaryFolder.root)/kafka", kafkaHome: environment["KAFKA_HOME"])
    }

    /// A replica set of one member, as tests should use by default: it is what production looks like.
    public static let replicaSet = Result { try start("replica-set", replicaSet: true) }
    /// A mongod without replication.
    public static let standalone = Result { try start("standalone", replicaSet: false) }

    /// The URI to test against: `TAPEDECK_MONGO_URI` if set, else the shared replica set.
    ///
    /// - Returns: a connection string.
    /// - Throws: `SandboxError` if no server can be started.
    public static func mongoURI() throws -> String {
        if let given = environment["TAPEDECK_MONGO_URI"], !given.isEmpty { return given }
        return try replicaSet.get().uri
    }

    /// The brokers to test against: `TAPEDECK_BROKERS`, else a shared real Kafka from `KAFKA_HOME`, else an embedded one.
    ///
    /// Use topics with names of their own.
    ///
    /// - Returns: bootstrap addresses.
    /// - Throws: if no broker can be started.
    public static func brokers() throws -> String {
        if let given = environment["TAPEDECK_BROKERS"], !given.isEmpty { return given }
        return try broker.get().address
    }

    /// A configuration with a database of its own.
    ///
    /// - Parameter uri: the server; nil takes ``mongoURI()``.
    /// - Returns: a configuration whose database no one else uses.
    /// - Throws: `SandboxError` if no server can be started.
    public static func mongoConfiguration(uri: String? = nil) throws -> MongoConfiguration {
        MongoConfiguration(uri: try uri ?? mongoURI(), database: uniqueDatabase())
    }

    /// Lends a pool on a database of its own, and drops the database afterwards.
    ///
    /// - Parameters:
    ///   - uri: the server; nil takes ``mongoURI()``.
    ///   - body: the test.
    /// - Returns: what body returns.
    /// - Throws: what body throws.
    public static func withMongo<R>(uri: String? = nil, _ body: (MongoPool) throws -> R) throws -> R {
        let pool = try MongoPool(mongoConfiguration(uri: uri))
        defer { try? pool.dropDatabase() }
        return try body(pool)
    }

    private static let counter = Atomic<Int>(0)

    /// A database name that no other test or process uses.
    ///
    /// - Returns: a name of at most 63 bytes.
    public static func uniqueDatabase() -> String {
        let number = counter.add(1, ordering: .relaxed).newValue
        return "tapedeck_test_\(getpid())_\(number)_\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
    }

    /// Reached only at the end of the process; the kernel would end them a moment later anyway.
    static func killAll() {
        for server in running.withLock({ $0 }) { server.kill() }
    }

    private static func start(_ name: String, replicaSet: Bool) throws -> MongodServer {
        let folder = "\(TemporaryFolder.root)/\(name)"
        // failCommand lets tests provoke what a healthy server never says.
        let server = try MongodServer.start(
            folder: folder, replicaSet: replicaSet, arguments: ["--setParameter", "enableTestCommands=1"])
        running.withLock { $0.append(server) }
        return server
    }
}
