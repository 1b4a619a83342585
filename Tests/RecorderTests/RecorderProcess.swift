import Foundation
import TestSupport

@testable import Recorder

/// The recorder as a process of its own, as a user runs it.
enum RecorderProcess {
    /// Arguments that record a feed's symbol `AAPL` into a folder.
    static func arguments(_ feed: String, _ folder: String, _ more: [String] = []) -> [String] {
        ["record", "--url", feed, "--symbols", "AAPL", "--folder", folder, "--min-free", "0"] + more
    }

    static func start(
        _ feed: String, _ folder: String, _ more: [String] = [], environment: [String: String] = [:]
    ) throws -> RunningCommand {
        try RunningCommand(TestPaths.program, arguments(feed, folder, more), environment: environment)
    }

    /// Fails unless the tapes of a folder pass `tape verify`.
    static func verify(_ folder: String) throws -> CommandRun {
        let parts = TapeFolder(folder: folder, name: "finnhub").parts().map(\.path)
        return try CommandRun.tapedeck(["tape", "verify"] + parts)
    }

    /// Files of a folder with this ending.
    static func files(_ folder: String, _ suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(suffix) }.sorted()
    }
}
