import Diagnostics
import JSONText
import Kafka
import Mongo

/// Leads what the C libraries say about themselves into our log.
enum LibraryLogs {
    /// A handler for librdkafka's lines.
    ///
    /// Its warnings are mostly lost connections, which the verbs report in their own words: they show with `--verbose`.
    static func kafka(_ log: Log) -> KafkaLogHandler {
        { line in
            log.say(
                line.level == .error ? .warning : .debug, "librdkafka",
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
