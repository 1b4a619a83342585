import Diagnostics
import Foundation
import JSONText

/// Makes the log that a verb writes to standard error.
enum ConsoleLog {
    /// How events are written.
    enum Form: Sendable {
        /// For eyes: `warning: broker-away brokers=127.0.0.1:9092`.
        case human
        /// For collectors: one JSON object a line with `ts`, `level`, `event` and the fields.
        case json
    }

    /// A log that clears the progress line before it speaks.
    static func make(level: LogLevel, form: Form, progress: ProgressLine) -> Log {
        Log(level: level) { level, event, fields in
            progress.clear()
            let now = Int64(Date().timeIntervalSince1970 * 1000) * 1_000_000
            Terminal.write(line(level, event, fields, form: form, now: now) + "\n")
        }
    }

    /// One event's line.
    static func line(
        _ level: LogLevel, _ event: String, _ fields: [(String, JSONValue)], form: Form, now: Int64
    ) -> String {
        switch form {
        case .human:
            var text = level == .info ? event : "\(name(of: level)): \(event)"
            for (key, value) in fields { text += " \(key)=\(shown(value))" }
            return text
        case .json:
            var bytes = Array("{\"ts\":\"\(InstantText.shown(now))\",\"level\":\"\(name(of: level))\",\"event\":".utf8)
            JSONWriter.append(event, to: &bytes)
            for (key, value) in fields {
                bytes.append(UInt8(ascii: ","))
                JSONWriter.append(key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                JSONWriter.append(value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    private static func name(of level: LogLevel) -> String {
        switch level {
        case .error: "error"
        case .warning: "warning"
        case .info: "info"
        case .debug: "debug"
        }
    }

    private static func shown(_ value: JSONValue) -> String {
        guard case .string(let text) = value else { return value.canonical }
        return text.contains { $0.isWhitespace || $0 == "\"" } ? value.canonical : text
    }
}
