import Foundation

/// A Python that has a package which nobody here wrote: `make peers` installs one.
public enum PythonProgram {
    /// Finds the first Python that can import a module.
    ///
    /// - Parameter module: such as `websockets.asyncio.server`.
    /// - Returns: its path; nil after saying aloud that the test skips.
    public static func importing(_ module: String) -> String? {
        let environment = ProcessInfo.processInfo.environment
        let onPath = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/python3" }
        let candidates = [environment["TAPEDECK_PYTHON"]] + onPath
        for candidate in candidates.compactMap({ $0 }) where FileManager.default.isExecutableFile(atPath: candidate) {
            if (try? CommandRun.program(candidate, ["-c", "import \(module)"]))?.status == 0 { return candidate }
        }
        let package = module.split(separator: ".")[0]
        FileHandle.standardError.write(
            Data("SKIPPED: no Python can import \(package): `make peers`, or name one in TAPEDECK_PYTHON\n".utf8))
        return nil
    }
}
