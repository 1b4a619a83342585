import CMongoC

/// Commands on the database or the server. All block; all throw ``MongoError``.
extension MongoPool {
    /// Runs a command that only reads, on the primary.
    ///
    /// - Parameters:
    ///   - command: the command, its name first.
    ///   - database: another database than the pool's, such as `admin`.
    /// - Returns: the server's reply.
    /// - Throws: ``MongoError``.
    public func command(_ command: BSONDocument, database: String? = nil) throws(MongoError) -> BSONDocument {
        try run(command, database, mongoc_client_read_command_with_opts)
    }

    /// Runs a command that writes, with the majority's journals acknowledging.
    ///
    /// - Parameters:
    ///   - command: the command, its name first, without `writeConcern`.
    ///   - database: another database than the pool's.
    /// - Returns: the server's reply.
    /// - Throws: ``MongoError``.
    public func writeCommand(_ command: BSONDocument, database: String? = nil) throws(MongoError) -> BSONDocument {
        try run(command, database) { client, database, command, _, options, reply, error in
            mongoc_client_write_command_with_opts(client, database, command, options, reply, error)
        }
    }

    /// Asks for a sign of life, so that a wrong address or password shows at the start.
    public func ping() throws(MongoError) { _ = try command(["ping": 1]) }

    /// Asks what kind of deployment answers.
    ///
    /// - Returns: version and kind.
    public func serverInfo() throws(MongoError) -> MongoServerInfo {
        let hello = try command(["hello": 1])
        let build = try command(["buildInfo": 1])
        let kind: MongoServerInfo.Kind
        if let name = hello["setName"]?.string {
            kind = .replicaSet(name: name)
        } else if hello["msg"]?.string == "isdbgrid" {
            kind = .sharded
        } else {
            kind = .standalone
        }
        return MongoServerInfo(
            kind: kind, version: build["version"]?.string ?? "unknown",
            isWritablePrimary: hello["isWritablePrimary"]?.bool ?? false)
    }

    /// Removes the database with all that is in it.
    public func dropDatabase() throws(MongoError) { _ = try writeCommand(["dropDatabase": 1]) }

    private typealias Call = (
        OpaquePointer?, UnsafePointer<CChar>?, OpaquePointer?, OpaquePointer?, OpaquePointer?, OpaquePointer?,
        UnsafeMutablePointer<bson_error_t>?
    ) -> Bool

    private func run(
        _ command: BSONDocument, _ database: String?, _ send: Call
    ) throws(MongoError) -> BSONDocument {
        var fields = command.fields.makeIterator()
        let operation = "run \(fields.next()?.key ?? "an empty command")"
        return try withClient(operation) { client throws(MongoError) in
            let (isDone, reply, error) = try call(operation) { reply, error in
                MongocBSON.with(command) { send(client, database ?? self.database, $0, nil, nil, reply, error) }
            }
            guard isDone else { throw failure(error, operation) }
            return reply
        }
    }
}
