/// What happened to a recording beside its frames; durations in ns.
public enum TapeEvent: Sendable, Equatable {
    /// Who ended a connection.
    public enum Peer: String, Sendable {
        /// The server closed.
        case server
        /// The recorder closed.
        case client
        /// The network broke.
        case network
    }

    /// The stream before a restart: where it ended.
    public struct Previous: Sendable, Equatable {
        /// Id of the earlier stream.
        public var stream: String
        /// Its last sequence number.
        public var sequence: Int64
        /// Its last receive time, ns.
        public var receive: Int64

        /// Names the end of an earlier stream.
        public init(stream: String, sequence: Int64, receive: Int64) {
            self.stream = stream
            self.sequence = sequence
            self.receive = receive
        }
    }

    /// The handshake is done.
    case connected(attempt: Int64)
    /// Subscriptions were written; nothing acknowledges them.
    case subscribed(symbols: [String])
    /// The socket ended.
    case disconnected(by: Peer, code: Int64?, reason: String)
    /// No frame for this long.
    case stalled(silence: Int64)
    /// Trades may be missing since the receive time `from`; after a restart, where the stream before ended.
    case gap(from: Int64, cause: String, previous: Previous? = nil)
    /// The first frame after a gap comes next; the gap's length.
    case resumed(length: Int64)
    /// Publishing fell behind by so many records; the tape lost nothing.
    case publishBehind(records: Int64)
    /// Publishing caught up with so many records.
    case publishResumed(records: Int64)
    /// Frames were received but not stored.
    case dropped(frames: Int64, bytes: Int64, cause: String)
    /// System clock minus stream clock.
    case clockStep(offset: Int64)
    /// What follows, up to the next line of this stream, is from another stream, from its `first` sequence number on.
    case filled(stream: String, first: Int64, frames: Int64)
    /// A clean end.
    case closed(cause: String)
    /// An event this version does not know: name, and the JSON text of its fields, commas between.
    case unknown(name: String, fields: String)

    /// The event's name in the file.
    public var name: String {
        switch self {
        case .connected: "connected"
        case .subscribed: "subscribed"
        case .disconnected: "disconnected"
        case .stalled: "stalled"
        case .gap: "gap"
        case .resumed: "resumed"
        case .publishBehind: "publish-behind"
        case .publishResumed: "publish-resumed"
        case .dropped: "dropped"
        case .clockStep: "clock-step"
        case .filled: "filled"
        case .closed: "closed"
        case .unknown(let name, _): name
        }
    }

    /// Whether a new segment starts behind this line: frames may be missing before the next one.
    public var startsSegment: Bool {
        switch self {
        case .gap, .dropped: true
        default: false
        }
    }
}
