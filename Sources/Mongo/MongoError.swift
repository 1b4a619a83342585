import Diagnostics

/// What went wrong with MongoDB: who must act follows from ``kind``.
public struct MongoError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The classes of pipeline.md, section 6.
    public enum Kind: String, Sendable, CaseIterable {
        /// The `_id` or another unique key exists (11000): compare, do not retry.
        case duplicateKey
        /// The server refuses this document (validator, size, invalid BSON): a retry cannot help.
        case rejectedDocument
        /// Not the primary, stepping down or shutting down: retry.
        case notPrimary
        /// No connection, no server, or a time-out: the outcome is unknown, retry.
        case network
        /// Lock or write conflict, or no disk space: retry.
        case contention
        /// Written, but not yet as safely as asked: nothing is done, nothing is dead, retry.
        case writeConcern
        /// Wrong user or password, or no permission.
        case authentication
        /// The server knows no such command or refuses it.
        case command
        /// The configuration cannot be used (URI, write concern).
        case configuration
        /// Anything else.
        case other
    }

    /// The class.
    public let kind: Kind
    /// The server's or, for client-side errors, libmongoc's code; 0 where there is none.
    public let code: Int32
    /// What was attempted, such as `insert into tapedeck.trades`.
    public let operation: String
    /// The hosts of the URI, without user and password.
    public let hosts: String
    /// The server's or library's words: one line, without secrets.
    public let message: String
    /// What to do about it.
    public let remedy: String

    /// Makes an error; the message is cleaned of secrets and line breaks.
    ///
    /// - Parameters:
    ///   - kind: the class.
    ///   - code: the server's code.
    ///   - operation: what was attempted.
    ///   - hosts: where.
    ///   - message: the words of whoever found it.
    ///   - remedy: what to do; nil takes the class's own.
    public init(
        kind: Kind, code: Int32 = 0, operation: String, hosts: String, message: String, remedy: String? = nil
    ) {
        self.kind = kind
        self.code = code
        self.operation = operation
        self.hosts = hosts
        self.message = Self.oneLine(message)
        self.remedy = remedy ?? kind.remedy(hosts: hosts)
    }

    /// Whether the same operation can succeed later without anyone acting on the data or the configuration.
    public var isRetriable: Bool { kind.isRetriable }

    /// Whether user, password or permission are at fault.
    public var isAuthentication: Bool { kind == .authentication }

    /// One line: where, what, why, and what to do.
    public var description: String {
        let code = code == 0 ? "" : " (code \(code))"
        return "MongoDB at \(hosts): cannot \(operation): \(message)\(code); \(remedy)"
    }

    /// Text on one line and without what URLs hide.
    static func oneLine(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            result.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
        }
        return Redaction.urls(in: result)
    }
}
