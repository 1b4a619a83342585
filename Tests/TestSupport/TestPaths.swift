import Foundation

/// Where files for tests are.
public enum TestPaths {
    /// The repository's root.
    public static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// A file of `Fixtures/`.
    ///
    /// - Parameter name: its path in that folder.
    /// - Returns: an absolute path.
    public static func fixture(_ name: String) -> String { "\(root)/Fixtures/\(name)" }

    /// A file that developers share outside of the repository: in `TAPEDECK_SHARED`, else in `shared` beside the root.
    ///
    /// - Parameter name: its path in that folder, such as `data/finnhub-malformed.jsonl`.
    /// - Returns: an absolute path, or nil after saying aloud that the test skips.
    public static func shared(_ name: String) -> String? {
        let path = "\(sharedRoot)/\(name)"
        if FileManager.default.fileExists(atPath: path) { return path }
        let line = "SKIPPED: no \(path) (set TAPEDECK_SHARED to the folder that holds \(name))\n"
        FileHandle.standardError.write(Data(line.utf8))
        return nil
    }

    private static var sharedRoot: String {
        if let given = ProcessInfo.processInfo.environment["TAPEDECK_SHARED"], !given.isEmpty { return given }
        for candidate in ["\(root)/../shared", "\(root)/../../shared"] {
            if FileManager.default.fileExists(atPath: candidate) { return candidate }
        }
        return "\(root)/../shared"
    }

    /// The program under test: `TAPEDECK_PROGRAM`, such as a release build, else the one built with the tests.
    public static let program: String = {
        let given = ProcessInfo.processInfo.environment["TAPEDECK_PROGRAM"] ?? ""
        return given.isEmpty ? "\(products)/tapedeck" : given
    }()

    /// The folder of built programs, the one that holds the running test bundle.
    public static let products: String = {
        // The bundle is loaded into a helper of the toolchain: only the memory map knows where it came from.
        let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
        for line in maps.split(separator: "\n") where line.hasSuffix(".xctest") {
            guard let start = line.firstIndex(of: "/") else { continue }
            return URL(fileURLWithPath: String(line[start...])).deletingLastPathComponent().path
        }
        return "\(root)/.build/debug"
    }()
}
