import CProducer

/// Records that are handed over in one call: where each one's parts stand in texts that they share.
public struct KafkaRecordRun: Sendable {
    private(set) var records: [cproducer_record] = []

    /// Makes an empty run.
    public init() {}

    /// How many records there are.
    public var count: Int { records.count }

    /// Forgets all records, and keeps their memory.
    public mutating func removeAll() { records.removeAll(keepingCapacity: true) }

    /// Adds a record.
    ///
    /// - Parameters:
    ///   - key: its key's bytes in the keys.
    ///   - value: its value's bytes in the values.
    ///   - header: the bytes of its header's value in the headers.
    ///   - timestamp: ms since the epoch; nil is when it is handed over.
    public mutating func append(key: Range<Int>, value: Range<Int>, header: Range<Int>, timestamp: Int64?) {
        records.append(
            cproducer_record(
                key_start: UInt32(key.lowerBound), key_size: UInt32(key.count),
                value_start: UInt32(value.lowerBound), value_size: UInt32(value.count),
                header_start: UInt32(header.lowerBound), header_size: UInt32(header.count),
                timestamp: timestamp ?? 0))
    }

    /// Where a record's parts stand, for doubles.
    package subscript(index: Int) -> (key: Range<Int>, value: Range<Int>, header: Range<Int>, timestamp: Int64?) {
        let record = records[index]
        func range(_ start: UInt32, _ size: UInt32) -> Range<Int> { Int(start)..<Int(start) + Int(size) }
        return (
            range(record.key_start, record.key_size), range(record.value_start, record.value_size),
            range(record.header_start, record.header_size), record.timestamp == 0 ? nil : record.timestamp
        )
    }
}
