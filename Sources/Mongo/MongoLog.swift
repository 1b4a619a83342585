import CMongoC
import Synchronization

/// Where libmongoc's own log goes: to one handler per process, never to standard error.
public enum MongoLog {
    /// How grave libmongoc finds a line.
    public enum Level: Int, Sendable, Comparable {
        /// An error, or what libmongoc calls critical.
        case error
        /// A warning.
        case warning
        /// A message or information.
        case info
        /// Debugging and tracing.
        case debug

        /// Graver is smaller.
        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    private static let handler = Mutex<(@Sendable (Level, String) -> Void)?>(nil)

    /// Sets who is told; without a handler the lines are dropped.
    ///
    /// - Parameter handler: takes level and text (without secrets) on whichever thread libmongoc logs; must be quick
    ///   and must not call this module.
    public static func setHandler(_ handler: (@Sendable (Level, String) -> Void)?) {
        self.handler.withLock { $0 = handler }
    }

    /// Called by libmongoc on any thread.
    static func receive(_ level: mongoc_log_level_t, _ domain: UnsafePointer<CChar>?, _ text: UnsafePointer<CChar>?) {
        guard let handler = handler.withLock({ $0 }) else { return }
        let swiftLevel: Level =
            switch level {
            case MONGOC_LOG_LEVEL_ERROR, MONGOC_LOG_LEVEL_CRITICAL: .error
            case MONGOC_LOG_LEVEL_WARNING: .warning
            case MONGOC_LOG_LEVEL_MESSAGE, MONGOC_LOG_LEVEL_INFO: .info
            default: .debug
            }
        let domain = domain.map { String(cString: $0) } ?? "mongoc"
        handler(swiftLevel, MongoError.oneLine("\(domain): \(text.map { String(cString: $0) } ?? "")"))
    }
}
