/// One line that librdkafka has to say about itself.
public struct KafkaLogLine: Sendable, Equatable {
    /// How grave librdkafka finds it.
    public enum Level: Int, Sendable, Comparable {
        /// Something failed.
        case error
        /// Goes on, but someone should look; lost connections are among these.
        case warning
        /// Notices.
        case info
        /// Only with the option `debug`.
        case debug

        /// Graver is smaller.
        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    /// How grave it is.
    public let level: Level
    /// What it is about, in librdkafka's short words: `FAIL`, `CONFWARN`, `GETPID`.
    public let facility: String
    /// The text, with the client's name and thread.
    public let text: String
}

/// Takes librdkafka's lines.
///
/// Called on librdkafka's own threads, several at once: be quick, never call back into the client.
public typealias KafkaLogHandler = @Sendable (KafkaLogLine) -> Void
