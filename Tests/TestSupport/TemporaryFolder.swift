import Foundation
import Synchronization

/// A folder that goes when the value does, and at the latest when the test process ends.
public final class TemporaryFolder: Sendable {
    /// Its absolute path.
    public let path: String

    /// Makes an empty folder.
    ///
    /// - Parameter name: a word that tells whose it is.
    /// - Throws: what the file system says.
    public init(_ name: String = "test") throws {
        let path = "\(Self.root)/\(name)-\(Self.counter.add(1, ordering: .relaxed).newValue)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        self.path = path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in it.
    ///
    /// - Parameter name: the file's name.
    /// - Returns: an absolute path; nothing is made.
    public func file(_ name: String) -> String { "\(path)/\(name)" }

    private static let counter = Atomic<Int>(0)

    /// One folder per test process, removed at its end.
    static let root: String = {
        let path = "\(NSTemporaryDirectory())/tapedeck-tests-\(getpid())".replacing("//", with: "/")
        atexit { TemporaryFolder.removeRoot() }
        return path
    }()

    private static func removeRoot() {
        TestServers.killAll()
        try? FileManager.default.removeItem(atPath: root)
    }
}
