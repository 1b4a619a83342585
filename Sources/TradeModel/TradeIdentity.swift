/// What makes a trade this one and no other.
///
/// Finnhub has no trade id, and content is none: real trades repeat.
public enum TradeIdentity: Sendable, Hashable {
    /// A trade of a tape: stream, sequence number of its line, index in the frame's `data` array.
    case tape(stream: String, sequence: Int64, index: Int32)
    /// A trade in a whole frame that was published without identity (the first system's form).
    case kafka(topic: String, partition: Int32, offset: Int64, index: Int32)

    /// The form used as MongoDB `_id`: `<stream>|<seq, 12 digits>|<i, 3 digits>` or
    /// `<topic>|<partition>|<offset, 19 digits>|<index>`.
    public var text: String {
        switch self {
        case .tape(let stream, let sequence, let index):
            "\(stream)|\(Self.padded(sequence, 12))|\(Self.padded(Int64(index), 3))"
        case .kafka(let topic, let partition, let offset, let index):
            "\(topic)|\(partition)|\(Self.padded(offset, 19))|\(index)"
        }
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return digits.count >= width ? digits : String(repeating: "0", count: width - digits.count) + digits
    }
}
