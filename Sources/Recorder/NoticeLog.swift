import Diagnostics
import JSONText
import Tape

/// Words what happens to a session and a tape, for the log and for hooks.
final class NoticeLog: Sendable {
    private let log: Log
    private let hooks: HookRunner?
    private let stream: String
    private let folder: String

    init(log: Log, hooks: HookRunner?, stream: String, folder: String) {
        self.log = log
        self.hooks = hooks
        self.stream = stream
        self.folder = folder
    }

    /// Tells of the session; on the feed's thread.
    func tell(_ notice: SessionNotice) {
        switch notice {
        case .connected(let attempt): log.say(.info, "connected", ["attempt": .int(attempt)])
        case .subscribed(let symbols): log.say(.info, "subscribed", ["symbols": JSONValue(symbols)])
        case .disconnected(let closure, let upSeconds):
            log.say(
                .warning, "disconnected",
                [
                    "by": .string(closure.by.rawValue), "code": closure.code.map { JSONValue($0) } ?? .null,
                    "reason": .string(closure.reason), "upSeconds": .int(upSeconds),
                ])
        case .failed(let error):
            let isBusy = error.kind == .status(429)
            let hint = isBusy ? ": the key is used elsewhere, or connections came too fast" : ""
            log.say(.warning, "connect-failed", ["reason": .string("\(error)\(hint)")])
        case .waiting(let milliseconds, let attempt):
            log.say(.info, "reconnecting", ["inMilliseconds": .int(milliseconds), "attempt": .int(attempt)])
        case .quiet(let seconds): log.say(.warning, "quiet", ["silentSeconds": .int(seconds)])
        case .stalled(let seconds):
            log.say(.warning, "stalled", ["silentSeconds": .int(seconds)])
            hooks?.tell(.stalled(stream: stream, seconds: seconds))
        case .gap(let from, let cause):
            log.say(.warning, "gap", ["from": .string(TapeTime.text(from)), "cause": .string(cause)])
            hooks?.tell(.gap(stream: stream, from: from, cause: cause))
        case .resumed(let milliseconds): log.say(.info, "resumed", ["gapMilliseconds": .int(milliseconds)])
        case .serverError(let text): log.say(.warning, "server-error", ["text": .string(String(text.prefix(500)))])
        case .keepsDropping(let times):
            log.say(
                .warning, "keeps-dropping",
                ["times": JSONValue(times), "hint": "is the key used by another program? One connection per key"])
        }
    }

    /// Tells of the tape; on the thread on which it happens.
    func tell(_ notice: CaptureNotice) {
        switch notice {
        case .partClosed(let part):
            log.say(
                .info, "part-closed",
                ["path": .string(part.path), "bytes": .int(part.bytes), "lines": .int(part.lines)])
            hooks?.tell(
                .partClosed(
                    path: part.path, stream: part.stream, part: part.part, bytes: part.bytes, lines: part.lines))
        case .partOpened(let path, _): log.say(.info, "part-opened", ["path": .string(path)])
        case .partDeleted(let path, let bytes, let reason):
            log.say(.info, "part-deleted", ["path": .string(path), "bytes": .int(bytes), "reason": .string(reason)])
        case .deletionFailed(let error): log.say(.warning, "deletion-failed", ["reason": .string("\(error)")])
        case .spaceLow(let free, let cause):
            log.say(
                .error, "no-space", ["freeBytes": free.map { .int($0) } ?? .null, "cause": .string(cause)])
            hooks?.tell(.lowDisk(folder: folder, free: free, cause: cause))
        case .spaceReturned(let frames, let bytes):
            log.say(.warning, "space-returned", ["droppedFrames": .int(frames), "droppedBytes": .int(bytes)])
        case .overflowed(let frames, let bytes):
            log.say(.error, "overflowed", ["droppedFrames": .int(frames), "droppedBytes": .int(bytes)])
        case .failed(let error): log.say(.error, "tape-failed", ["reason": .string("\(error)")])
        }
    }
}
