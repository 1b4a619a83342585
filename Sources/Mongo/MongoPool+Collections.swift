/// Collections, validators and indexes. All block; all throw ``MongoError``.
extension MongoPool {
    /// Describes a collection.
    ///
    /// - Parameter name: its name.
    /// - Returns: nil if there is none.
    /// - Throws: ``MongoError``.
    public func collectionInfo(_ name: String) throws(MongoError) -> MongoCollectionInfo? {
        let reply = try command(["listCollections": 1, "filter": ["name": .string(name)]])
        guard let entry = reply["cursor"]?.document?["firstBatch"]?.array?.first?.document else { return nil }
        let kind: MongoCollectionInfo.Kind =
            switch entry["type"]?.string ?? "" {
            case "collection": .regular
            case "timeseries": .timeSeries
            case "view": .view
            case let other: .unknown(other)
            }
        return MongoCollectionInfo(name: name, kind: kind, options: entry["options"]?.document ?? [:])
    }

    /// Sees to it that a regular collection with this validator exists; running it twice, or twice at once, is fine.
    ///
    /// - Parameters:
    ///   - name: the collection.
    ///   - validator: what documents must match, such as `["$jsonSchema": …]`; nil leaves it as it is.
    ///   - indexes: what else it needs beside `_id`.
    /// - Throws: ``MongoError`` of kind `configuration` if it is a time series or a view.
    public func ensureCollection(
        _ name: String, validator: BSONDocument? = nil, indexes: [MongoIndex] = []
    ) throws(MongoError) {
        var info = try collectionInfo(name)
        if info == nil {
            var create: BSONDocument = ["create": .string(name)]
            if let validator { create.append("validator", validator) }
            do {
                _ = try writeCommand(create)
            } catch  where error.code == 48 {
                // Someone else was quicker: look at what they made.
                info = try collectionInfo(name)
            }
        }
        if let info {
            guard info.kind == .regular else {
                throw MongoError(
                    kind: .configuration, operation: "use \(database).\(name)", hosts: hosts,
                    message: "it is no regular collection but a \(info.kind)",
                    remedy: "a time series takes duplicates and a view no writes: drop it or name another database")
            }
            if let validator, info.options["validator"]?.document != validator {
                _ = try writeCommand([
                    "collMod": .string(name), "validator": .document(validator), "validationLevel": "strict",
                    "validationAction": "error",
                ])
            }
        }
        try collection(name).createIndexes(indexes)
    }
}

extension MongoCollection {
    /// Creates indexes; those that exist are left alone.
    ///
    /// - Parameter indexes: none is fine.
    /// - Throws: ``MongoError``, for one if the same index exists with other options (85, 86).
    public func createIndexes(_ indexes: [MongoIndex]) throws(MongoError) {
        guard !indexes.isEmpty else { return }
        _ = try pool.writeCommand([
            "createIndexes": .string(name), "indexes": .array(indexes.map { .document($0.document) }),
        ])
    }
}
