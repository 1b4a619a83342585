import Mongo

/// How far a partition has come: the one fenced document.
struct CheckpointDocument: Sendable, Equatable {
    var id: String
    var cluster: String
    var partitions: Int32
    var model: String
    /// `schema` as stored.
    var schema = CheckpointDocument.schema
    var epoch: Int64
    var owner: String
    var startOffset: Int64
    var nextOffset: Int64
    var anchor: RecordAnchor?
    /// By stream, in the order of the document.
    var marks: [(stream: String, mark: StreamMark)] = []
    var counts = PartitionCounts()
    var gaps: [LogGap] = []

    static func == (left: Self, right: Self) -> Bool { left.document(at: 0) == right.document(at: 0) }

    /// `schema` of the documents that this version writes.
    static let schema: Int32 = 1

    /// `<group>|<topic>|<partition>`.
    static func identifier(group: String, topic: String, partition: Int32) -> String {
        "\(group)|\(topic)|\(partition)"
    }

    /// The whole document.
    func document(at milliseconds: Int64) -> BSONDocument {
        var out = BSONDocument()
        out.append("_id", id)
        out.append("cluster", cluster)
        out.append("partitions", partitions)
        out.append("m", model)
        out.append("schema", schema)
        out.append("epoch", epoch)
        out.append("owner", owner)
        out.append("start_offset", startOffset)
        out.append("next_offset", nextOffset)
        if let anchor { out.append("anchor", anchor.document) }
        out.append("marks", Self.document(of: marks))
        out.append("counts", counts.document)
        out.append("gaps", documents: gaps.map(\.document))
        out.append("at", date: milliseconds)
        return out
    }

    /// Reads a stored document.
    init(_ document: BSONDocument) throws(BSONError) {
        id = try document.string("_id")
        cluster = try document.string("cluster")
        partitions = Int32(truncatingIfNeeded: try document.integer("partitions"))
        model = try document.string("m")
        schema = Int32(truncatingIfNeeded: try document.integer("schema"))
        epoch = try document.integer("epoch")
        owner = try document.string("owner")
        startOffset = try document.integer("start_offset")
        nextOffset = try document.integer("next_offset")
        if let anchor = document["anchor"]?.document { self.anchor = try RecordAnchor(anchor) }
        for (stream, value) in (document["marks"]?.document ?? BSONDocument()).fields {
            if let mark = value.document { marks.append((stream, StreamMark(mark))) }
        }
        counts = PartitionCounts(document["counts"]?.document ?? BSONDocument())
        for value in document["gaps"]?.array ?? [] {
            if let gap = value.document { gaps.append(try LogGap(gap)) }
        }
    }

    /// Makes a checkpoint that nobody has written yet.
    init(_ request: ClaimRequest) {
        id = request.id
        cluster = request.cluster
        partitions = request.partitions
        model = request.model
        epoch = 1
        owner = request.owner
        startOffset = request.start
        nextOffset = request.start
    }

    /// Marks as they are stored.
    static func document(of marks: [(stream: String, mark: StreamMark)]) -> BSONDocument {
        var out = BSONDocument()
        for (stream, mark) in marks { out.append(stream, mark.document) }
        return out
    }
}

/// Who claims what: the fields that every claim checks, and the start of a first claim.
struct ClaimRequest: Sendable, Equatable {
    var id: String
    var cluster: String
    var partitions: Int32
    var model: String
    var owner: String
    var start: Int64
}

/// A checkpoint's move from `old` to `new`.
struct CheckpointAdvance: Sendable {
    var id: String
    var epoch: Int64
    var old: Int64
    var new: Int64
    var anchor: RecordAnchor?
    /// By stream, sorted.
    var marks: [(stream: String, mark: StreamMark)]
    var counts: PartitionCounts
}
