import CMongoC

/// Bulk writes: one server command per 90,000 documents or 40 MiB, below the limits at which libmongoc would split one,
/// so that an outcome is known for a command as a whole.
extension MongoCollection {
    private static let chunkCount = 90_000
    private static let chunkBytes = 40 * 1024 * 1024

    /// Inserts documents in no particular order; one that fails does not stop the others.
    ///
    /// - Parameters:
    ///   - documents: what to insert; without `_id` a document gets an object id.
    ///   - ordered: whether to stop at the first failure.
    /// - Returns: the outcome of each index.
    /// - Throws: ``MongoError`` if an answer is missing or no write was tried: which documents were written is unknown
    ///   then, so send all again and take duplicates as done.
    public func insertMany(_ documents: [BSONDocument], ordered: Bool = false) throws(MongoError) -> BulkOutcome {
        try bulk(
            words("insert", "into"), count: documents.count, ordered: ordered, size: { documents[$0].bytes.count },
            largest: { documents[$0].bytes.count }
        ) { bulk, index, error in
            MongocBSON.with(documents[index]) { mongoc_bulk_operation_insert_with_opts(bulk, $0, nil, &error) }
        }
    }

    /// Inserts documents that lie end to end, in no particular order; one that fails does not stop the others.
    ///
    /// - Parameters:
    ///   - sequences: the documents; each must have an `_id`.
    ///   - only: which of them to send, counted over all sequences, rising.
    /// - Returns: the outcome by index in `only`.
    /// - Throws: ``MongoError`` as ``insertMany(_:ordered:)`` does.
    public func insertMany(_ sequences: [BSONSequence], only: [Int]) throws(MongoError) -> BulkOutcome {
        var places: [(sequence: Int, index: Int)] = []
        places.reserveCapacity(only.count)
        var sequence = 0
        var base = 0
        for number in only {
            while number - base >= sequences[sequence].ends.count {
                base += sequences[sequence].ends.count
                sequence += 1
            }
            places.append((sequence, number - base))
        }
        func size(_ number: Int) -> Int { sequences[places[number].sequence].range(places[number].index).count }
        return try bulk(
            words("insert", "into"), count: only.count, ordered: false, size: size, largest: size
        ) { bulk, number, error in
            let sequence = sequences[places[number].sequence]
            return MongocBSON.with(sequence.bytes, sequence.range(places[number].index)) {
                mongoc_bulk_operation_insert_with_opts(bulk, $0, nil, &error)
            }
        }
    }

    /// Updates, replaces or upserts documents, each by its own filter.
    ///
    /// - Parameters:
    ///   - updates: what to change.
    ///   - ordered: whether to keep order and stop at the first failure.
    /// - Returns: the outcome of each index.
    /// - Throws: ``MongoError`` as ``insertMany(_:ordered:)`` does.
    public func bulkUpdate(_ updates: [MongoUpdate], ordered: Bool = false) throws(MongoError) -> BulkOutcome {
        let upserting: BSONDocument = ["upsert": true]
        return try bulk(
            words("update"), count: updates.count, ordered: ordered,
            size: { updates[$0].filter.bytes.count + updates[$0].change.bytes.count + 64 },
            largest: { updates[$0].change.bytes.count }
        ) { bulk, index, error in
            let update = updates[index]
            let send =
                update.isReplacement
                ? mongoc_bulk_operation_replace_one_with_opts : mongoc_bulk_operation_update_one_with_opts
            return MongocBSON.with(update.filter) { filter in
                MongocBSON.with(update.change) { change in
                    MongocBSON.withOptional(update.upsert ? upserting : nil) { send(bulk, filter, change, $0, &error) }
                }
            }
        }
    }

    private typealias Add = (OpaquePointer, Int, inout bson_error_t) -> Bool

    private func bulk(
        _ operation: String, count: Int, ordered: Bool, size: (Int) -> Int, largest: (Int) -> Int, _ add: Add
    ) throws(MongoError) -> BulkOutcome {
        var outcome = BulkOutcome()
        var start = 0
        while start < count {
            var end = start
            var bytes = 0
            while end < count, end - start < Self.chunkCount, end == start || bytes + size(end) <= Self.chunkBytes {
                bytes += size(end)
                end += 1
            }
            try chunk(operation, start..<end, ordered, largest, add, into: &outcome)
            if ordered, !outcome.failures.isEmpty { break }
            start = end
        }
        outcome.failures.sort { $0.index < $1.index }
        return outcome
    }

    private func chunk(
        _ operation: String, _ range: Range<Int>, _ ordered: Bool, _ largest: (Int) -> Int, _ add: Add,
        into outcome: inout BulkOutcome
    ) throws(MongoError) {
        var merged = outcome
        try pool.withCollection(name, operation) { collection throws(MongoError) in
            let options: BSONDocument = ["ordered": .bool(ordered)]
            let handle = MongocBSON.with(options) {
                mongoc_collection_create_bulk_operation_with_opts(collection, $0)
            }
            guard let handle else { throw pool.failure(.other, operation, "libmongoc gives no bulk operation") }
            defer { mongoc_bulk_operation_destroy(handle) }
            var sent: [Int] = []
            sent.reserveCapacity(range.count)
            for index in range {
                var error = bson_error_t()
                if largest(index) > BSONDocument.maximumSize {
                    merged.failures.append(
                        .init(index: index, code: 10334, message: "document of \(largest(index)) bytes exceeds 16 MiB"))
                } else if add(handle, index, &error) {
                    sent.append(index)
                    continue
                } else {
                    let message = pool.failure(error, operation).message
                    merged.failures.append(.init(index: index, code: 22, message: message))
                }
                if ordered { break }
            }
            guard !sent.isEmpty else { return }
            let (server, reply, error) = try pool.call(operation) { reply, error in
                mongoc_bulk_operation_execute(handle, reply, error)
            }
            let hasDetails = try merge(reply, sent, operation, into: &merged)
            if server == 0, !hasDetails { throw pool.failure(error, operation) }
            // Some documents failed and then the answer was lost: the outcome of the others is unknown.
            if server == 0,
                [MONGOC_ERROR_STREAM, MONGOC_ERROR_SERVER_SELECTION].contains(where: { $0.rawValue == error.domain })
            {
                throw pool.failure(error, operation)
            }
        }
        outcome = merged
    }

    /// Adds a reply to the outcome.
    ///
    /// - Returns: whether the reply names failures, so that the call's own error is one of them.
    private func merge(
        _ reply: BSONDocument, _ sent: [Int], _ operation: String, into outcome: inout BulkOutcome
    ) throws(MongoError) -> Bool {
        outcome.inserted += Int(reply["nInserted"]?.integer ?? 0)
        outcome.matched += Int(reply["nMatched"]?.integer ?? 0)
        outcome.modified += Int(reply["nModified"]?.integer ?? 0)
        for value in reply["upserted"]?.array ?? [] {
            if let place = value.document?["index"]?.integer, sent.indices.contains(Int(place)) {
                outcome.upserted.append(sent[Int(place)])
            }
        }
        var hasDetails = false
        for value in reply["writeErrors"]?.array ?? [] {
            guard let failure = value.document, let place = failure["index"]?.integer,
                sent.indices.contains(Int(place))
            else { throw pool.failure(.other, operation, "the reply names an index that was not sent") }
            hasDetails = true
            outcome.failures.append(
                .init(
                    index: sent[Int(place)], code: Int32(clamping: failure["code"]?.integer ?? 0),
                    message: failure["errmsg"]?.string ?? ""))
        }
        if let concern = reply["writeConcernErrors"]?.array?.first?.document {
            hasDetails = true
            outcome.writeConcernError = pool.concernFailure(concern, operation)
        }
        return hasDetails
    }
}
