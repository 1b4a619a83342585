/// A record, copied out of librdkafka's memory.
public struct KafkaRecord: Sendable {
    /// The partition's number.
    public var partition: Int32
    /// Its place in the partition.
    public var offset: Int64
    /// Its timestamp in ms since the epoch, if it has one.
    public var timestamp: Int64?
    /// Its value; nil is a tombstone.
    public var value: [UInt8]?
    /// The value of its first header of the name asked for; nil: none, or one without a value.
    public var header: [UInt8]?
    /// How many headers it has of that name.
    public var headerCount: Int

    init(_ message: borrowing KafkaMessage, header name: KafkaHeaderName) {
        partition = message.partition
        offset = message.offset
        timestamp = message.timestamp
        value = message.value
        (header, headerCount) = message.withHeader(name) { bytes, count in
            (Array.copy(bytes), count)
        }
    }

    /// What it takes in memory, about.
    var cost: Int { (value?.count ?? 0) + (header?.count ?? 0) + 128 }
}
