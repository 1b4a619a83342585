import JSONText

/// How much a log says; each level includes those above it.
public enum LogLevel: Int, Sendable, Comparable {
    /// Something was lost or ended that should not have been.
    case error
    /// Goes on, but someone should look.
    case warning
    /// What an operator wants to read once.
    case info
    /// For whoever looks for a fault.
    case debug

    /// Graver is smaller.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}

/// Where events of a run are told: a sink that gets finished lines, so that tests can listen and no target prints.
///
/// Never put a secret into a field; URLs go through ``Redaction`` first.
public struct Log: Sendable {
    /// What is said at this level or a graver one reaches the sink.
    public let level: LogLevel
    private let sink: @Sendable (LogLevel, String, [(String, JSONValue)]) -> Void

    /// Makes a log.
    ///
    /// - Parameters:
    ///   - level: the least grave level that is passed on.
    ///   - sink: takes level, event name and fields, in order; called on the caller's thread.
    public init(level: LogLevel, sink: @escaping @Sendable (LogLevel, String, [(String, JSONValue)]) -> Void) {
        self.level = level
        self.sink = sink
    }

    /// A log that says nothing.
    public static let silent = Log(level: .error) { _, _, _ in }

    /// Tells one event.
    ///
    /// - Parameters:
    ///   - level: how grave it is.
    ///   - event: a short lower-case name with hyphens, such as `broker-away`.
    ///   - fields: what there is to know, in reading order.
    public func say(_ level: LogLevel, _ event: String, _ fields: KeyValuePairs<String, JSONValue> = [:]) {
        guard level <= self.level else { return }
        sink(level, event, Array(fields))
    }
}
