import Mongo

/// A `dead_letters` document: the record as it came, and why it is here.
enum DeadLetterDocument {
    /// What of a value is kept.
    static let valueLimit = 1 << 20

    static func make(
        _ record: SourceRecord, topic: String, part: Int32?, reason: DeadLetterReason, detail: String, version: String,
        at now: Int64
    ) -> BSONDocument {
        var out = BSONDocument(capacity: 512 + min(record.value?.count ?? 0, valueLimit))
        out.append(
            "_id",
            DocumentIdentifier.record(topic: topic, partition: record.partition, offset: record.offset, index: part))
        out.append("reason", reason.rawValue)
        out.append("detail", detail)
        if let key = record.key { out.append("key", binary: key) } else { out.appendNull("key") }
        if let value = record.value {
            out.append("value", binary: value.prefix(valueLimit))
        } else {
            out.appendNull("value")
        }
        out.append("size", Int64(record.value?.count ?? 0))
        out.append(
            "headers",
            documents: record.headers.map { header in
                var one = BSONDocument()
                one.append("k", header.name)
                if let value = header.value { one.append("v", binary: value) } else { one.appendNull("v") }
                return one
            })
        out.append("ts", date: record.timestamp)
        out.append("version", version)
        out.append("at", date: now)
        return out
    }

    /// Reads what a claim needs of a stored refusal.
    static func refusal(_ document: BSONDocument) throws(BSONError) -> KnownRefusal? {
        guard let reason = DeadLetterReason(rawValue: try document.string("reason")), reason.isFromStore else {
            return nil
        }
        let parts = try document.string("_id").split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 3 || parts.count == 4, let offset = Int64(parts[2]) else { return nil }
        return KnownRefusal(
            offset: offset, part: parts.count == 4 ? Int32(parts[3]) : nil, reason: reason,
            detail: try document.string("detail"))
    }
}
