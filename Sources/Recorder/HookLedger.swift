import Foundation
import Synchronization

/// Remembers in a file beside the tapes for which parts the hook has ended with 0, so that retention may take them.
final class HookLedger: Sendable {
    let path: String
    private let done: Mutex<Set<String>>

    /// Reads the file; names of parts that are gone leave it.
    init(folder: TapeFolder) {
        path = "\(folder.folder)/\(folder.name).hooked"
        let there = Set(folder.parts().map { Self.file($0.path) })
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let known = text.split(separator: "\n").map(String.init).filter { there.contains($0) }
        done = Mutex(Set(known))
        if !text.isEmpty {
            try? Data(known.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        }
    }

    /// Whether the hook is done with a part.
    func contains(_ path: String) -> Bool { done.withLock { $0.contains(Self.file(path)) } }

    /// Notes a part; a line is appended and synced.
    func add(_ part: String) {
        let name = Self.file(part)
        done.withLock { _ = $0.insert(name) }
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard file >= 0 else { return }
        var bytes = Array((name + "\n").utf8)
        _ = write(file, &bytes, bytes.count)
        fsync(file)
        close(file)
    }

    private static func file(_ path: String) -> String { (path as NSString).lastPathComponent }
}
