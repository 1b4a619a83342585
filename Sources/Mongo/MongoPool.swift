import CMongoC

/// Connections to one MongoDB deployment and one database, shared by all threads.
///
/// Every operation takes a client out of libmongoc's pool for its own length: one client per thread at a time, and no
/// more than 100 at once. Operations block the calling thread: call them on threads of your own.
public final class MongoPool: @unchecked Sendable {
    // Sendable because libmongoc's pool is made for use from any thread and the pointer never changes.
    private let pointer: OpaquePointer
    /// The database that collections are in.
    public let database: String
    /// `host:port` of each server in the URI, without user and password.
    public let hosts: String

    /// Makes a pool without connecting.
    ///
    /// - Parameter configuration: URI, database and limits.
    /// - Throws: ``MongoError`` of kind `configuration` for a URI that is malformed or weakens what a write promises.
    public init(_ configuration: MongoConfiguration) throws(MongoError) {
        let uri = try MongocURI(configuration)
        var error = bson_error_t()
        guard let pointer = mongoc_client_pool_new_with_error(uri.pointer, &error) else {
            throw MongoError(error, operation: "connect", hosts: uri.hosts)
        }
        // Version 2 tells the server's codes apart from libmongoc's own.
        mongoc_client_pool_set_error_api(pointer, MONGOC_ERROR_API_VERSION_2)
        self.pointer = pointer
        database = configuration.database
        hosts = uri.hosts
    }

    deinit { MongocPoolDisposal.dispose(pointer) }

    /// A collection of the database; nothing is sent.
    ///
    /// - Parameter name: the collection's name.
    /// - Returns: a value that keeps the pool alive.
    public func collection(_ name: String) -> MongoCollection { MongoCollection(pool: self, name: name) }

    /// libmongoc's version.
    public static var libraryVersion: String { MongocLibrary.version }

    /// Leaves nothing of libmongoc in shared memory if this process is killed; to be called early.
    public static func forgetSharedCounters() { MongocLibrary.forgetCounters() }

    /// Lends a client to `body` on the calling thread; blocks while all clients are out.
    func withClient<R>(
        _ operation: String, _ body: (OpaquePointer) throws(MongoError) -> R
    ) throws(MongoError) -> R {
        guard let client = mongoc_client_pool_pop(pointer) else {
            throw failure(.network, operation, "no free connection within the time limit")
        }
        defer { mongoc_client_pool_push(pointer, client) }
        return try body(client)
    }

    /// Lends a collection's handle to `body`; it goes back with its client.
    func withCollection<R>(
        _ name: String, _ operation: String, _ body: (OpaquePointer) throws(MongoError) -> R
    ) throws(MongoError) -> R {
        try withClient(operation) { client throws(MongoError) in
            guard let collection = mongoc_client_get_collection(client, database, name) else {
                throw failure(.other, operation, "libmongoc gives no handle")
            }
            defer { mongoc_collection_destroy(collection) }
            return try body(collection)
        }
    }

    /// Runs a C call that fills a reply and an error.
    ///
    /// - Returns: the call's result and the reply.
    /// - Throws: ``MongoError`` if the reply is no BSON.
    func call<R>(
        _ operation: String, _ body: (OpaquePointer, UnsafeMutablePointer<bson_error_t>) -> R
    ) throws(MongoError) -> (result: R, reply: BSONDocument, error: bson_error_t) {
        var error = bson_error_t()
        do {
            let (result, reply) = try MongocBSON.reply { reply in body(reply, &error) }
            return (result, reply, error)
        } catch {
            throw failure(.other, operation, "the reply is no valid BSON: \(error)")
        }
    }

    func failure(_ kind: MongoError.Kind, _ operation: String, _ message: String, code: Int32 = 0) -> MongoError {
        MongoError(kind: kind, code: code, operation: operation, hosts: hosts, message: message)
    }

    func failure(_ error: bson_error_t, _ operation: String) -> MongoError {
        MongoError(error, operation: operation, hosts: hosts)
    }
}
