import CMongoC

extension MongoCollection {
    /// Finds documents and lends `body` a cursor over them; ending early is fine.
    ///
    /// - Parameters:
    ///   - filter: which documents.
    ///   - options: order, fields, limits.
    ///   - body: reads the cursor; must not keep it.
    /// - Returns: what body returns.
    /// - Throws: ``MongoError``, or what body throws.
    public func find<R>(
        _ filter: BSONDocument = [:], _ options: MongoFindOptions = MongoFindOptions(),
        _ body: (borrowing MongoCursor) throws -> R
    ) throws -> R {
        let operation = words("find")
        // The closure's untyped error travels in a Result, so that the pool's own code keeps typed ones.
        let result: Result<R, any Error> = try pool.withCollection(name, operation) { collection throws(MongoError) in
            let pointer = MongocBSON.with(filter) { filter in
                MongocBSON.with(options.document) { mongoc_collection_find_with_opts(collection, filter, $0, nil) }
            }
            guard let pointer else { throw pool.failure(.other, operation, "libmongoc gives no cursor") }
            let cursor = MongoCursor(owning: pointer, pool: pool, operation: operation)
            do { return .success(try body(cursor)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// Finds documents and returns them all.
    ///
    /// - Parameters:
    ///   - filter: which documents; make sure that they fit into memory.
    ///   - options: order, fields, limits.
    /// - Returns: the documents in the server's order.
    /// - Throws: ``MongoError``.
    public func findAll(
        _ filter: BSONDocument = [:], _ options: MongoFindOptions = MongoFindOptions()
    ) throws(MongoError) -> [BSONDocument] {
        do {
            return try find(filter, options) { cursor in
                var documents: [BSONDocument] = []
                while let document = try cursor.next() { documents.append(document) }
                return documents
            }
        } catch let error as MongoError {
            throw error
        } catch {
            throw pool.failure(.other, words("find"), "\(error)")
        }
    }

    /// Finds the first document.
    ///
    /// - Parameters:
    ///   - filter: which document.
    ///   - options: order and fields; the limit is 1.
    /// - Returns: nil if there is none.
    /// - Throws: ``MongoError``.
    public func findOne(
        _ filter: BSONDocument = [:], _ options: MongoFindOptions = MongoFindOptions()
    ) throws(MongoError) -> BSONDocument? {
        var options = options
        options.limit = 1
        return try findAll(filter, options).first
    }

    /// Counts the documents that a filter finds.
    ///
    /// - Parameter filter: which ones.
    /// - Returns: the exact number.
    /// - Throws: ``MongoError``.
    public func countDocuments(_ filter: BSONDocument = [:]) throws(MongoError) -> Int {
        let operation = words("count")
        return try pool.withCollection(name, operation) { collection throws(MongoError) in
            let (count, _, error) = try pool.call(operation) { reply, error in
                MongocBSON.with(filter) {
                    mongoc_collection_count_documents(collection, $0, nil, nil, reply, error)
                }
            }
            guard count >= 0 else { throw pool.failure(error, operation) }
            return Int(count)
        }
    }
}
