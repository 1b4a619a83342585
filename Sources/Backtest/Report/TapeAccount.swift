import JSONText
import TradeModel

/// What the tapes held, and what became of it before forecasting.
public struct TapeAccount: Sendable, Equatable {
    /// One recording session.
    public struct Stream: Sendable, Equatable {
        /// Its id.
        public var stream: String
        /// Lines read.
        public var lines: Int
        /// SHA-256 over its decoded lines, each with its LF, without file headers.
        public var sha256: String
        /// Whether `receive` was derived from trade times, as no recorder wrote one.
        public var receivesTradeTime: Bool
    }

    /// The streams, by id (UTF-8).
    public var streams: [Stream] = []
    /// Lines of all kinds.
    public var lines = 0
    /// Frames among them.
    public var frames = 0
    /// `gap` and `dropped` lines among them.
    public var gaps = 0
    /// Text and binary lines, which hold no frame that can be decoded.
    public var undecodable = 0
    /// Bytes of lines.
    public var bytes: Int64 = 0
    /// Good trades.
    public var trades = 0
    /// Pings, news and unknown types.
    public var ignoredFrames = 0
    /// Errors that the server sent.
    public var serverErrors = 0
    /// Whole frames that could not be decoded, and single trades refused, by reason.
    public var rejected: [Rejected] = FrameError.Reason.allCases.map { Rejected(reason: $0) }
    /// The first rejection: stream, sequence and error in one line.
    public var firstRejection: String?
    /// Why reading ended early, with the file's path, for diagnostics; nil if every line was read.
    public var truncation: String?
    /// Where reading ended early, by stream and sequence number: what reports say, since they name no path.
    public var truncationPlace: String?
    /// Bad lines of foreign files left out on request.
    public var skippedLines: Int64 = 0
    /// Receive time of the first line, ns.
    public var firstReceive: Int64?
    /// Receive time of the last line, ns.
    public var lastReceive: Int64?

    /// Frames and trades refused for one reason.
    public struct Rejected: Sendable, Equatable {
        /// The rule that failed.
        public var reason: FrameError.Reason
        /// Whole frames.
        public var frames = 0
        /// Single trades.
        public var trades = 0
    }

    /// Frames and trades refused.
    public var rejections: Int { rejected.reduce(0) { $0 + $1.frames + $1.trades } }

    /// The tape hash: that of the only stream, or SHA-256 over one `<sha256>  <stream>` line for each.
    public var hash: String {
        if streams.count == 1 { return streams[0].sha256 }
        return Self.hash(ofLines: streams.map { "\($0.sha256)  \($0.stream)\n" })
    }

    mutating func reject(_ error: FrameError, isWholeFrame: Bool, stream: String, sequence: Int64) {
        if firstRejection == nil { firstRejection = "\(stream) seq \(sequence): \(error)" }
        guard let place = rejected.firstIndex(where: { $0.reason == error.reason }) else { return }
        if isWholeFrame { rejected[place].frames += 1 } else { rejected[place].trades += 1 }
    }

    var json: JSONValue {
        [
            "bytes": .int(bytes), "first_receive": firstReceive.map(JSONValue.int) ?? .null,
            "first_rejection": firstRejection.map(JSONValue.string) ?? .null, "frames": JSONValue(frames),
            "gaps": JSONValue(gaps), "hash": .string(hash), "ignored_frames": JSONValue(ignoredFrames),
            "last_receive": lastReceive.map(JSONValue.int) ?? .null, "lines": JSONValue(lines),
            "rejected": .object(
                Dictionary(
                    uniqueKeysWithValues: rejected.filter { $0.frames + $0.trades > 0 }.map {
                        ($0.reason.rawValue, ["frames": JSONValue($0.frames), "trades": JSONValue($0.trades)])
                    })), "server_errors": JSONValue(serverErrors), "skipped_lines": .int(skippedLines),
            "streams": .array(
                streams.map {
                    [
                        "lines": JSONValue($0.lines), "receive": $0.receivesTradeTime ? "trade-time" : "recorder",
                        "sha256": .string($0.sha256), "stream": .string($0.stream),
                    ]
                }), "trades": JSONValue(trades), "truncation": truncationPlace.map(JSONValue.string) ?? .null,
            "undecodable_lines": JSONValue(undecodable),
        ]
    }
}
