import Foundation
import Mongo
import Synchronization

/// A real mongod on a free loopback port, its data in a folder, for tests and demonstrations.
///
/// It dies with this process, however this process ends. All calls block; use from one thread at a time.
public final class MongodServer: RestartableServer {
    /// The folder that holds `data/` and `mongod.log`.
    public let folder: String
    /// The port on 127.0.0.1; a restart keeps it.
    public let port: Int
    /// The connection string, without credentials.
    public let uri: String
    private let program: String
    private let isReplicaSet: Bool
    private let arguments: [String]
    /// The process while it runs.
    public let running = RunningServer()

    private static let setName = "rs0"

    /// Where its log is.
    public var logPath: String { "\(folder)/mongod.log" }

    /// Starts a server and waits until it answers (a replica set: until it has a primary).
    ///
    /// - Parameters:
    ///   - folder: for data and log; made if missing. Data from an earlier run are kept.
    ///   - replicaSet: whether it is a replica set of one member or stands alone.
    ///   - arguments: further options of mongod, such as `--auth`.
    ///   - program: the mongod; nil finds it, see ``SandboxPrograms/mongod(environment:)``.
    /// - Returns: the running server.
    /// - Throws: ``SandboxError`` naming the log file and the remedy.
    public static func start(
        folder: String, replicaSet: Bool, arguments: [String] = [], program: String? = nil
    ) throws(SandboxError) -> MongodServer {
        let program = if let program { program } else { try SandboxPrograms.mongod() }
        do {
            try FileManager.default.createDirectory(atPath: "\(folder)/data", withIntermediateDirectories: true)
        } catch {
            throw SandboxError(
                "cannot make \(folder)/data: \(error.localizedDescription)", remedy: "name a folder that can be written"
            )
        }
        // A replica set's configuration holds its port: data from an earlier run keep theirs.
        let portFile = "\(folder)/port"
        let kept = (try? String(contentsOfFile: portFile, encoding: .utf8)).flatMap {
            Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        var attempt = 1
        while true {
            let port = if let kept { kept } else { try LoopbackPort.free() }
            let server = MongodServer(
                folder: folder, port: port, isReplicaSet: replicaSet, arguments: arguments, program: program)
            do {
                try server.launch()
                try? "\(port)\n".write(toFile: portFile, atomically: true, encoding: .utf8)
                return server
            } catch {
                // 48: another process took the port between our look and mongod's.
                guard kept == nil, attempt < 3, case .exit(48) = server.lastEnd.withLock({ $0 }) else { throw error }
                attempt += 1
            }
        }
    }

    private init(folder: String, port: Int, isReplicaSet: Bool, arguments: [String], program: String) {
        self.folder = folder
        self.port = port
        self.isReplicaSet = isReplicaSet
        self.arguments = arguments
        self.program = program
        uri = "mongodb://127.0.0.1:\(port)/" + (isReplicaSet ? "?replicaSet=\(Self.setName)" : "")
    }

    private let lastEnd = Mutex<ChildProcess.End?>(nil)

    /// Starts the process and waits until it answers; ``RestartableServer/restart()`` is what users call.
    public func launch() throws(SandboxError) {
        var options = [
            "--dbpath", "\(folder)/data", "--port", String(port), "--bind_ip", "127.0.0.1", "--nounixsocket",
            "--wiredTigerCacheSizeGB", "0.25", "--setParameter", "diagnosticDataCollectionEnabled=false",
        ]
        if isReplicaSet { options += ["--replSet", Self.setName, "--oplogSize", "256"] }
        let process = try ChildProcess(
            name: "mongod", path: program, arguments: options + arguments, log: logPath)
        do {
            try awaitAnswer(process)
        } catch {
            process.stop(SIGKILL)
            lastEnd.withLock { $0 = process.ended() }
            throw error
        }
        running.set(process)
    }

    private func awaitAnswer(_ process: ChildProcess) throws(SandboxError) {
        let deadline = ContinuousClock.now + .seconds(60)
        while LoopbackPort.exchange(port) == nil { try pause(process, deadline, "listen") }
        var configuration = MongoConfiguration(uri: "mongodb://127.0.0.1:\(port)/?directConnection=true")
        configuration.selectionTimeout = .seconds(2)
        do {
            let pool = try MongoPool(configuration)
            if isReplicaSet { try initiate(pool) }
            while try !pool.command(["hello": 1]).bool("isWritablePrimary") {
                try pause(process, deadline, "become primary")
            }
        } catch let error as SandboxError {
            throw error
        } catch {
            throw failure("does not answer: \(error)")
        }
    }

    private func initiate(_ pool: MongoPool) throws(MongoError) {
        guard try pool.command(["hello": 1])["setName"] == nil else { return }
        let member: BSONDocument = ["_id": .int32(0), "host": .string("127.0.0.1:\(port)")]
        do {
            _ = try pool.command(
                [
                    "replSetInitiate": ["_id": .string(Self.setName), "members": [.document(member)]]
                ], database: "admin")
        } catch  where error.code == 23 {
            // Already initiated, and still loading that.
        }
    }

    /// Waits a moment, or says why waiting is over.
    private func pause(
        _ process: ChildProcess, _ deadline: ContinuousClock.Instant, _ hope: String
    ) throws(SandboxError) {
        if let end = process.wait(milliseconds: 20) { throw failure("ended with \(end)") }
        if ContinuousClock.now > deadline { throw failure("does not \(hope) within 60 s") }
    }

    private func failure(_ what: String) -> SandboxError {
        SandboxError("mongod on 127.0.0.1:\(port) \(what)", remedy: "see \(logPath)")
    }
}
