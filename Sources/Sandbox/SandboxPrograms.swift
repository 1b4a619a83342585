import Foundation

/// Finds the programs that the sandbox starts.
public enum SandboxPrograms {
    /// The mongod to start: `TAPEDECK_MONGOD`, else `.tools/mongod` in the working folder, the program's folder or one
    /// above either, else the one on `PATH`.
    ///
    /// - Parameter environment: where to look variables up.
    /// - Returns: an absolute path.
    /// - Throws: ``SandboxError`` naming what to do.
    public static func mongod(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SandboxError) -> String {
        if let named = environment["TAPEDECK_MONGOD"], !named.isEmpty {
            guard isProgram(named) else {
                throw SandboxError(
                    "TAPEDECK_MONGOD names \(named), which cannot be executed", remedy: "correct or unset it")
            }
            return named
        }
        var starts = [FileManager.default.currentDirectoryPath]
        if let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            starts.append((program as NSString).deletingLastPathComponent)
        }
        for start in starts {
            var folder = start
            while true {
                let candidate = (folder as NSString).appendingPathComponent(".tools/mongod")
                if isProgram(candidate) { return candidate }
                let above = (folder as NSString).deletingLastPathComponent
                if above == folder || above.isEmpty { break }
                folder = above
            }
        }
        if let found = onPath("mongod", environment) { return found }
        throw SandboxError(
            "no mongod in .tools/ or on PATH",
            remedy: "run 'make setup', or set TAPEDECK_MONGOD to one, or TAPEDECK_MONGO_URI to a server that runs")
    }

    /// The Java that runs Kafka: `JAVA_HOME/bin/java`, else the one on `PATH`.
    ///
    /// - Parameter environment: where to look variables up.
    /// - Returns: an absolute path.
    /// - Throws: ``SandboxError`` naming what to do.
    public static func java(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SandboxError) -> String {
        if let home = environment["JAVA_HOME"], isProgram("\(home)/bin/java") { return "\(home)/bin/java" }
        if let found = onPath("java", environment) { return found }
        throw SandboxError(
            "Kafka needs Java 17, and there is no java on PATH",
            remedy: "install it (Debian: apt-get install openjdk-17-jre-headless) or unset KAFKA_HOME")
    }

    private static func onPath(_ name: String, _ environment: [String: String]) -> String? {
        (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }.first(where: isProgram)
    }

    private static func isProgram(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
            && FileManager.default.isExecutableFile(atPath: path)
    }
}
