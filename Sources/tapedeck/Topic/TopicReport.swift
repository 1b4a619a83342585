import JSONText
import Tape

/// What a verb says of a topic's records beside those that it took.
struct TopicReport {
    private let rows: [(key: String, words: String, count: Int64)]
    private let others: [TapeInfo.Count]
    /// Whether records were refused that should have been trades or frames.
    let hasLoss: Bool

    init(_ source: TopicSource, _ counts: RecordCounts) {
        let rejected = counts.rejected + source.counts.badIdentities
        rows = [
            ("duplicates", "records sent twice", counts.duplicates),
            ("tombstones", "tombstones", source.counts.tombstones),
            ("endMarkers", "end markers", source.counts.endMarkers),
            ("rejected", "rejected: neither a trade nor a frame, or with a header that is no identity", rejected),
            ("gaps", "offsets without a record: transactions' ends, aborted, compacted", source.gaps),
            ("goneBefore", "records gone before: retention", source.goneBefore),
        ]
        others = counts.others
        hasLoss = rejected > 0
    }

    /// A line for each kind that there is.
    var lines: [String] {
        rows.filter { $0.count > 0 }.map { "  \($0.count) \($0.words)" }
            + others.map { other in
                let whose = other.name.isEmpty ? "without a stream" : "of stream \(other.name)"
                return "  \(other.count) records \(whose) left out"
            }
    }

    /// All kinds, zeros too.
    var json: [String: JSONValue] {
        var object: [String: JSONValue] = [:]
        for row in rows { object[row.key] = .int(row.count) }
        object["others"] = .array(
            others.map { ["stream": $0.name.isEmpty ? .null : .string($0.name), "records": .int($0.count)] })
        return object
    }
}
