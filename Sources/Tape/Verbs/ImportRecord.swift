import TradeModel

/// A record of a topic, as an import takes it.
public struct ImportRecord: Sendable, Equatable {
    /// What its header `tape` says; nil where there is none.
    public var identity: RecordIdentity?
    /// The record's value: a trade's object, or without identity a whole frame too.
    public var value: [UInt8]
    /// Record time, ns since the epoch; the receive time of a record without identity.
    public var timestamp: Int64

    /// Makes a record.
    public init(identity: RecordIdentity?, value: [UInt8], timestamp: Int64) {
        self.identity = identity
        self.value = value
        self.timestamp = timestamp
    }
}

/// What became of records.
public struct RecordCounts: Sendable, Equatable {
    /// Trades taken.
    public var trades: Int64 = 0
    /// Records of the same identity as one before: a producer that sent twice.
    public var duplicates: Int64 = 0
    /// Records of other streams, by id; the id of records without identity is empty.
    public var others: [TapeInfo.Count] = []
    /// Records that are neither a trade nor a frame.
    public var rejected: Int64 = 0
}
