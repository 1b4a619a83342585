import CMongoC

extension MongoCollection {
    /// What an update did.
    public struct UpdateResult: Sendable, Equatable {
        /// Documents that the filter found: 0 or 1.
        public let matched: Int
        /// Documents that changed.
        public let modified: Int
        /// Whether a document was inserted instead.
        public let isUpserted: Bool

        /// Makes a result, for doubles of a store.
        ///
        /// - Parameters:
        ///   - matched: documents found.
        ///   - modified: documents changed.
        ///   - isUpserted: whether one was inserted.
        public init(matched: Int, modified: Int, isUpserted: Bool) {
            self.matched = matched
            self.modified = modified
            self.isUpserted = isUpserted
        }
    }

    /// Changes at most one document.
    ///
    /// - Parameters:
    ///   - filter: which one.
    ///   - change: update operators, such as `["$set": …]`.
    ///   - upsert: whether to insert if none matches.
    /// - Returns: what was matched and changed.
    /// - Throws: ``MongoError``.
    public func updateOne(
        _ filter: BSONDocument, _ change: BSONDocument, upsert: Bool = false
    ) throws(MongoError) -> UpdateResult {
        let operation = words("update")
        let options: BSONDocument? = upsert ? ["upsert": true] : nil
        let reply = try write(operation) { collection, reply, error in
            MongocBSON.with(filter) { filter in
                MongocBSON.with(change) { change in
                    MongocBSON.withOptional(options) {
                        mongoc_collection_update_one(collection, filter, change, $0, reply, error)
                    }
                }
            }
        }
        return UpdateResult(
            matched: Int(reply["matchedCount"]?.integer ?? 0), modified: Int(reply["modifiedCount"]?.integer ?? 0),
            isUpserted: reply.contains("upsertedId"))
    }

    /// Inserts one document.
    ///
    /// - Parameter document: what to insert.
    /// - Throws: ``MongoError``.
    public func insertOne(_ document: BSONDocument) throws(MongoError) {
        _ = try write(words("insert", "into")) { collection, reply, error in
            MongocBSON.with(document) { mongoc_collection_insert_one(collection, $0, nil, reply, error) }
        }
    }

    /// Deletes every document that a filter finds.
    ///
    /// - Parameter filter: which ones; an empty filter means all.
    /// - Returns: how many were deleted.
    /// - Throws: ``MongoError``.
    @discardableResult
    public func deleteMany(_ filter: BSONDocument) throws(MongoError) -> Int {
        let reply = try write(words("delete")) { collection, reply, error in
            MongocBSON.with(filter) { mongoc_collection_delete_many(collection, $0, nil, reply, error) }
        }
        return Int(reply["deletedCount"]?.integer ?? 0)
    }

    /// Changes one document and returns it, in one step.
    ///
    /// - Parameters:
    ///   - filter: which one.
    ///   - change: update operators.
    ///   - sort: which one comes first if several match.
    ///   - projection: which fields to return.
    ///   - upsert: whether to insert if none matches.
    ///   - returnNew: whether to return the document after the change rather than before.
    /// - Returns: the document, nil if none matched (and, for the old one, none existed).
    /// - Throws: ``MongoError``.
    public func findAndModify(
        _ filter: BSONDocument, _ change: BSONDocument, sort: BSONDocument? = nil, projection: BSONDocument? = nil,
        upsert: Bool = false, returnNew: Bool = true
    ) throws(MongoError) -> BSONDocument? {
        let operation = words("findAndModify")
        guard let options = mongoc_find_and_modify_opts_new() else { fatalError("out of memory") }
        defer { mongoc_find_and_modify_opts_destroy(options) }
        _ = MongocBSON.with(change) { mongoc_find_and_modify_opts_set_update(options, $0) }
        if let sort { _ = MongocBSON.with(sort) { mongoc_find_and_modify_opts_set_sort(options, $0) } }
        if let projection { _ = MongocBSON.with(projection) { mongoc_find_and_modify_opts_set_fields(options, $0) } }
        var flags = MONGOC_FIND_AND_MODIFY_NONE.rawValue
        if upsert { flags |= MONGOC_FIND_AND_MODIFY_UPSERT.rawValue }
        if returnNew { flags |= MONGOC_FIND_AND_MODIFY_RETURN_NEW.rawValue }
        mongoc_find_and_modify_opts_set_flags(options, mongoc_find_and_modify_flags_t(flags))
        let reply = try write(operation) { collection, reply, error in
            MongocBSON.with(filter) {
                mongoc_collection_find_and_modify_with_opts(collection, $0, options, reply, error)
            }
        }
        return reply["value"]?.document
    }

    /// Removes the collection; one that does not exist is no error.
    public func drop() throws(MongoError) {
        do {
            _ = try pool.writeCommand(["drop": .string(name)])
        } catch  where error.code == 26 {
            return
        }
    }

    /// Runs one acknowledged write and looks for a write concern error in whatever form libmongoc passes it on.
    private func write(
        _ operation: String, _ body: (OpaquePointer, OpaquePointer, UnsafeMutablePointer<bson_error_t>) -> Bool
    ) throws(MongoError) -> BSONDocument {
        try pool.withCollection(name, operation) { collection throws(MongoError) in
            let (isDone, reply, error) = try pool.call(operation) { body(collection, $0, $1) }
            let concern = reply["writeConcernErrors"]?.array?.first?.document ?? reply["writeConcernError"]?.document
            // A write error in the same reply says more than the concern.
            if let concern, isDone || error.domain == MONGOC_ERROR_WRITE_CONCERN.rawValue {
                throw pool.concernFailure(concern, operation)
            }
            guard isDone else { throw pool.failure(error, operation) }
            return reply
        }
    }
}

extension MongoPool {
    /// The error that a reply's `writeConcernError` stands for.
    func concernFailure(_ concern: BSONDocument, _ operation: String) -> MongoError {
        let code = Int32(clamping: concern["code"]?.integer ?? 64)
        let byCode = MongoError.Kind(serverCode: code)
        return MongoError(
            // A stepdown during the wait (91, 11602, …) is a write concern error too, yet its class says more.
            kind: byCode.isRetriable ? byCode : .writeConcern, code: code, operation: operation, hosts: hosts,
            message: concern["errmsg"]?.string ?? "write concern not satisfied")
    }
}
