/// What becomes a Kafka record.
public enum RecordForm: String, Sendable, CaseIterable {
    /// Each trade, keyed by its symbol, with its identity in a header.
    case trades
    /// Each text frame as it came, pings and errors too, without key and header, in partition 0: what consumers of the
    /// first system read.
    case frames
}
