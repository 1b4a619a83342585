/// Joins partitions by sequence number and index.
struct RecordMerge {
    private let partitions: [TapeImport.RecordSource]
    private let stream: String?
    private var heads: [ImportRecord?]
    private var counts: [String: Int64] = [:]
    private var isStarted = false

    init(partitions: [TapeImport.RecordSource], stream: String?) {
        self.partitions = partitions
        self.stream = stream
        heads = Array(repeating: nil, count: partitions.count)
    }

    /// Records of other streams, by id.
    var others: [TapeInfo.Count] {
        counts.map { TapeInfo.Count(name: $0.key, count: $0.value) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// The next record of the stream.
    mutating func next() throws(TapeError) -> ImportRecord? {
        if !isStarted {
            isStarted = true
            for index in partitions.indices { heads[index] = try advance(index) }
        }
        var best: Int?
        for (index, head) in heads.enumerated() {
            guard let head else { continue }
            guard let held = best, let other = heads[held] else {
                best = index
                continue
            }
            if Self.precedes(head, other) { best = index }
        }
        guard let best else { return nil }
        let record = heads[best]
        heads[best] = try advance(best)
        return record
    }

    private mutating func advance(_ index: Int) throws(TapeError) -> ImportRecord? {
        while let record = try partitions[index]() {
            if record.identity?.stream == stream { return record }
            counts[record.identity?.stream ?? "", default: 0] += 1
        }
        return nil
    }

    /// Equal ones go by the order of the partitions.
    private static func precedes(_ one: ImportRecord, _ other: ImportRecord) -> Bool {
        if let a = one.identity, let b = other.identity { return (a.sequence, a.index) < (b.sequence, b.index) }
        return one.timestamp < other.timestamp
    }
}
