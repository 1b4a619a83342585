import JSONText
import Tape

/// What a hook is told, as one JSON line on its standard input.
enum HookEvent: Sendable, Equatable {
    /// A part is complete, synced and will not change.
    case partClosed(path: String, stream: String, part: Int, bytes: Int64, lines: Int64?)
    /// Trades may be missing.
    case gap(stream: String, from: Int64, cause: String)
    /// The feed was silent too long.
    case stalled(stream: String, seconds: Int64)
    /// Nothing is stored any more.
    case lowDisk(folder: String, free: Int64?, cause: String)

    /// The line, without LF.
    var line: String {
        let fields: [String: JSONValue] =
            switch self {
            case .partClosed(let path, let stream, let part, let bytes, let lines):
                [
                    "event": "part-closed", "path": .string(path), "stream": .string(stream), "part": JSONValue(part),
                    "bytes": .int(bytes), "lines": lines.map { .int($0) } ?? .null,
                ]
            // ns are beyond what JSON readers keep exactly as numbers, so the time is text.
            case .gap(let stream, let from, let cause):
                [
                    "event": "gap", "stream": .string(stream), "from": .string(TapeTime.text(from)),
                    "cause": .string(cause),
                ]
            case .stalled(let stream, let seconds):
                ["event": "stalled", "stream": .string(stream), "seconds": .int(seconds)]
            case .lowDisk(let folder, let free, let cause):
                [
                    "event": "low-disk", "folder": .string(folder), "freeBytes": free.map { .int($0) } ?? .null,
                    "cause": .string(cause),
                ]
            }
        return JSONValue.object(fields).canonical
    }
}
