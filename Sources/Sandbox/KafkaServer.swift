import Foundation

/// A real Apache Kafka on a free loopback port: one KRaft node, its data in a folder, for tests and demonstrations.
///
/// It dies with this process, however this process ends. All calls block; use from one thread at a time. A start takes
/// some three to five seconds: the storage is formatted by Kafka's own tool, then the broker comes up.
public final class KafkaServer: RestartableServer {
    /// The folder that holds `data/`, `server.properties` and `broker.log`.
    public let folder: String
    /// The broker's address; a restart keeps it.
    public let bootstrap: String
    private let port: Int
    private let java: String
    private let home: String
    /// The process while it runs.
    public let running = RunningServer()

    /// Where its log is.
    public var logPath: String { "\(folder)/broker.log" }

    /// Formats the folder, starts a broker and waits until it answers.
    ///
    /// - Parameters:
    ///   - folder: for data, configuration and logs; made if missing, must not hold a broker's data.
    ///   - home: an unpacked Kafka, a folder with `libs/`.
    ///   - partitions: of topics that a client creates by naming them.
    /// - Returns: the running server.
    /// - Throws: ``SandboxError`` naming the log file and the remedy.
    public static func start(folder: String, home: String, partitions: Int = 1) throws(SandboxError) -> KafkaServer {
        guard FileManager.default.fileExists(atPath: "\(home)/libs") else {
            throw SandboxError(
                "KAFKA_HOME names \(home), which has no libs/", remedy: "name an unpacked Apache Kafka or unset it")
        }
        let java = try SandboxPrograms.java()
        let port = try LoopbackPort.free()
        let server = KafkaServer(folder: folder, port: port, java: java, home: home)
        try server.writeConfiguration(partitions: partitions, controller: try LoopbackPort.free())
        try server.format()
        try server.launch()
        return server
    }

    private init(folder: String, port: Int, java: String, home: String) {
        self.folder = folder
        self.port = port
        self.java = java
        self.home = home
        bootstrap = "127.0.0.1:\(port)"
    }

    private func writeConfiguration(partitions: Int, controller: Int) throws(SandboxError) {
        let properties = KafkaProperties.server(
            data: "\(folder)/data", port: port, controller: controller, partitions: partitions)
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try properties.write(toFile: "\(folder)/server.properties", atomically: true, encoding: .utf8)
            try KafkaProperties.log.write(toFile: "\(folder)/log4j2.properties", atomically: true, encoding: .utf8)
        } catch {
            throw SandboxError(
                "cannot write to \(folder): \(error.localizedDescription)", remedy: "name a folder that can be written")
        }
    }

    private func format() throws(SandboxError) {
        let log = "\(folder)/format.log"
        let process = try run(
            "Kafka's storage tool", heap: "128m", log: log,
            [
                "kafka.tools.StorageTool", "format", "-t", KafkaProperties.clusterID(), "-c",
                "\(folder)/server.properties",
            ])
        guard process.wait(milliseconds: 60_000) == .exit(0) else {
            process.stop(SIGKILL)
            throw SandboxError("Kafka cannot format \(folder): \(process.lastLogLine())", remedy: "see \(log)")
        }
    }

    /// Starts the process and waits until it answers; ``RestartableServer/restart()`` is what users call.
    public func launch() throws(SandboxError) {
        let process = try run(
            "Kafka", heap: "512m", log: logPath, ["kafka.Kafka", "\(folder)/server.properties"])
        // An ApiVersions request (key 18, version 0, correlation 1, client "x"): answered only once the broker serves.
        let request: [UInt8] = [0, 0, 0, 11, 0, 18, 0, 0, 0, 0, 0, 1, 0, 1, 0x78]
        let deadline = ContinuousClock.now + .seconds(90)
        while LoopbackPort.exchange(port, request, expecting: 4) == nil {
            if let end = process.wait(milliseconds: 50) {
                throw SandboxError("Kafka on \(bootstrap) ended with \(end)", remedy: "see \(logPath)")
            }
            if ContinuousClock.now > deadline {
                process.stop(SIGKILL)
                throw SandboxError("Kafka on \(bootstrap) does not answer within 90 s", remedy: "see \(logPath)")
            }
        }
        running.set(process)
    }

    private func run(
        _ name: String, heap: String, log: String, _ arguments: [String]
    ) throws(SandboxError) -> ChildProcess {
        let options = [
            "-Xmx\(heap)", "-XX:+UseSerialGC", "-Dlog4j2.configurationFile=\(folder)/log4j2.properties", "-cp",
            "\(home)/libs/*",
        ]
        return try ChildProcess(name: name, path: java, arguments: options + arguments, log: log)
    }
}
