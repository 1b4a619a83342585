/// What the header `tape` of a Kafka trade record says: `STREAM|SEQ|I|RECEIVE|SEGMENT`.
///
/// Replayer and recorder write it, the pipeline reads it. One header and not five, as W3C `traceparent` does it.
public struct RecordIdentity: Sendable, Hashable {
    /// The header's name.
    public static let headerName = "tape"

    /// The recording session: 1 to 64 letters, digits, `-`, `~`, `+`.
    public var stream: String
    /// Sequence number of the line in its stream.
    public var sequence: Int64
    /// Index in the frame's `data` array.
    public var index: Int32
    /// The recorder's clock, ns since the epoch.
    public var receive: Int64
    /// Sequence number of the last gap or dropped line before the trade, 0 if there is none; `nil`: unknown.
    public var segment: Int64?

    /// Makes an identity.
    public init(stream: String, sequence: Int64, index: Int32, receive: Int64, segment: Int64?) {
        self.stream = stream
        self.sequence = sequence
        self.index = index
        self.receive = receive
        self.segment = segment
    }

    /// The trade's identity everywhere.
    public var identity: TradeIdentity { .tape(stream: stream, sequence: sequence, index: index) }

    /// Whether a text may name a stream.
    public static func isStream(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(isStreamByte)
    }

    @inline(__always)
    static func isStreamByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "~"), UInt8(ascii: "+"):
            true
        default: false
        }
    }
}
