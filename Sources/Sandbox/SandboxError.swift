/// Why a server for tests or demonstrations does not run.
public struct SandboxError: Error, Sendable, CustomStringConvertible {
    /// What failed, where, in one line.
    public let message: String
    /// What to do about it.
    public let remedy: String

    /// One line: what, where, what to do.
    public var description: String { "\(message); \(remedy)" }

    init(_ message: String, remedy: String) {
        // A log's last line is part of some messages: keep them on one line.
        self.message = String(message.map { $0.isNewline ? " " : $0 })
        self.remedy = remedy
    }
}
