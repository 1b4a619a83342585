import Diagnostics
import JSONText
import Kafka
import Mongo

/// Leads what the C libraries say about themselves into our log.
enum LibraryLogs {
    /// A handler for librdkafka's lines.
    ///
    /// Its warnings are mostly lost connections, which the verbs report in their own words: they show with `--verbose`.
    ///
    /// - Parameters:
    ///   - log: takes them.
    ///   - errors: the level of its errors; `.debug` where the verb ends with its own line about them.
    /// - Returns: the handler.
    static func kafka(_ log: Log, errors: LogLevel = .warning) -> KafkaLogHandler {
        { line in
            log.say(
                line.level == .error ? errors : .debug, "librdkafka",
                ["facility": .string(line.facility), "text": .string(Redaction.urls(in: line.text))])
        }
    }

    /// Sets the process's one handler of libmongoc's lines.
    static func setMongo(_ log: Log) {
        MongoLog.setHandler { level, text in
            log.say(level == .error ? .warning : .debug, "libmongoc", ["text": .string(text)])
        }
    }
}
