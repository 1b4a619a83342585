import CMongoC

/// The documents that a `find` yields, one at a time.
///
/// Lives for the length of the closure that it is lent to.
public struct MongoCursor: ~Copyable {
    private let pointer: OpaquePointer
    private let pool: MongoPool
    private let operation: String

    init(owning pointer: OpaquePointer, pool: MongoPool, operation: String) {
        self.pointer = pointer
        self.pool = pool
        self.operation = operation
    }

    deinit { mongoc_cursor_destroy(pointer) }

    /// The next document; blocks when the server has to be asked for more.
    ///
    /// - Returns: nil at the end.
    ///
    /// - Throws: ``MongoError``; the cursor is of no use then.
    public func next() throws(MongoError) -> BSONDocument? {
        var document: OpaquePointer?
        if mongoc_cursor_next(pointer, &document), let document {
            do {
                return try BSONDocument(validating: MongocBSON.copy(document))
            } catch {
                throw pool.failure(.other, operation, "the server sent no valid BSON: \(error)")
            }
        }
        var error = bson_error_t()
        if mongoc_cursor_error(pointer, &error) { throw pool.failure(error, operation) }
        return nil
    }
}
