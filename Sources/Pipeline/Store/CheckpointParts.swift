import Mongo

/// The greatest identity of a stream in a partition, and where its end marker stood.
struct StreamMark: Sendable, Equatable {
    /// `(seq, i)`; nil while only an end marker was seen.
    var top: Top?
    /// Offset of the first end marker.
    var end: Int64?

    struct Top: Sendable, Equatable {
        var sequence: Int64
        var index: Int32
    }

    var document: BSONDocument {
        var out = BSONDocument()
        if let top {
            out.append("seq", top.sequence)
            out.append("i", top.index)
        }
        if let end { out.append("end", end) }
        return out
    }

    init() {}

    init(_ document: BSONDocument) {
        if let sequence = document["seq"]?.integer, let index = document["i"]?.integer {
            top = Top(sequence: sequence, index: Int32(truncatingIfNeeded: index))
        }
        end = document["end"]?.integer
    }
}

/// What became of the records of a partition.
struct PartitionCounts: Sendable, Equatable {
    var trades: Int64 = 0
    var duplicates: Int64 = 0
    var dead: Int64 = 0
    var ignored: Int64 = 0

    var document: BSONDocument {
        var out = BSONDocument()
        out.append("trades", trades)
        out.append("duplicates", duplicates)
        out.append("dead", dead)
        out.append("ignored", ignored)
        return out
    }

    init() {}

    init(_ document: BSONDocument) {
        trades = document["trades"]?.integer ?? 0
        duplicates = document["duplicates"]?.integer ?? 0
        dead = document["dead"]?.integer ?? 0
        ignored = document["ignored"]?.integer ?? 0
    }
}

/// Records that Kafka lost and `--on-data-loss skip` accepted: offsets in `from..<to`.
struct LogGap: Sendable, Equatable {
    var from: Int64
    var to: Int64
    /// When it was accepted, in ms since the epoch.
    var at: Int64

    var document: BSONDocument {
        var out = BSONDocument()
        out.append("from", from)
        out.append("to", to)
        out.append("at", date: at)
        return out
    }

    init(from: Int64, to: Int64, at: Int64) {
        self.from = from
        self.to = to
        self.at = at
    }

    init(_ document: BSONDocument) throws(BSONError) {
        from = try document.integer("from")
        to = try document.integer("to")
        at = try document.date("at")
    }
}

/// The last handled record as the next claim must find it.
struct RecordAnchor: Sendable, Equatable {
    static let headLimit = 1024

    var offset: Int64
    var timestamp: Int64
    var key: [UInt8]?
    /// Length of the value; −1 for a null value.
    var length: Int32
    /// The first 1,024 bytes of the value.
    var head: [UInt8]

    init(_ record: SourceRecord) {
        offset = record.offset
        timestamp = record.timestamp
        key = record.key
        length = record.value.map { Int32(clamping: $0.count) } ?? -1
        head = Array((record.value ?? []).prefix(Self.headLimit))
    }

    var document: BSONDocument {
        var out = BSONDocument()
        out.append("of", offset)
        out.append("ts", date: timestamp)
        if let key { out.append("key", binary: key) } else { out.appendNull("key") }
        out.append("len", length)
        out.append("head", binary: head)
        return out
    }

    init(_ document: BSONDocument) throws(BSONError) {
        offset = try document.integer("of")
        timestamp = try document.date("ts")
        key = document["key"]?.binary
        length = Int32(truncatingIfNeeded: try document.integer("len"))
        head = try document.binary("head")
    }
}
