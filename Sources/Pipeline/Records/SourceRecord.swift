/// One record as it came from Kafka, bytes copied.
struct SourceRecord: Sendable, Equatable {
    var partition: Int32
    var offset: Int64
    /// The record timestamp, in ms since the epoch; publish time unless the producer says otherwise.
    var timestamp: Int64
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [RecordHeader]

    /// What this record costs while it is held: its bytes and the arrays around them.
    var footprint: Int {
        headers.reduce(160 + (key?.count ?? 0) + (value?.count ?? 0)) {
            $0 + 64 + $1.name.utf8.count + ($1.value?.count ?? 0)
        }
    }
}

/// A header of a record, in the order in which they came.
struct RecordHeader: Sendable, Equatable {
    var name: String
    var value: [UInt8]?
}
