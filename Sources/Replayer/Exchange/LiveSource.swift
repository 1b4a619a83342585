import Foundation
import Tape

/// What is being recorded, from now on; in a folder, one capture after the other.
final class LiveSource: TapeSource {
    private let path: String
    private var tape: String
    private var follower: TapeFollower

    /// Opens the newest capture and goes behind what it holds.
    init(_ path: String) throws(TapeError) {
        self.path = path
        tape = try Self.newest(in: path)
        follower = try TapeFollower(path: tape)
        while case .lines = try follower.look() {}
    }

    /// The header of the newest capture.
    static func header(of path: String) throws(TapeError) -> TapeHeader {
        try TapeFollower(path: newest(in: path)).header
    }

    var isLive: Bool { true }

    func next() throws(TapeError) -> TapeBatch? {
        if case .batch(let batch) = try poll() { batch } else { nil }
    }

    func poll() throws(TapeError) -> TapePoll {
        switch try follower.look() {
        case .lines(let batch): return .batch(batch)
        case .nothing: return .nothing
        case .ended:
            guard Self.isFolder(path) else { return .end }
            let next = try Self.newest(in: path)
            // Parts of the stream that ended are behind us; a part that a name cannot tell apart would be one of them.
            guard next > tape, let opened = try? TapeFollower(path: next),
                opened.header.stream != follower.header.stream
            else { return .nothing }
            (tape, follower) = (next, opened)
            return .nothing
        }
    }

    /// The last tape of a folder by name, which is the order of time; a file itself.
    private static func newest(in path: String) throws(TapeError) -> String {
        guard isFolder(path) else { return path }
        let journal = ".open"
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
            .map { $0.hasSuffix(journal) ? String($0.dropLast(journal.count)) : $0 }
            .filter { $0.hasSuffix(".jsonl.gz") }
        guard let name = names.max() else {
            throw TapeError(
                .badSetting(name: "--follow", given: "a folder without tapes", accepted: "one that is recorded to"),
                path: path)
        }
        return "\(path)/\(name)"
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
