/// An index to have.
public struct MongoIndex: Sendable {
    /// Fields and directions, such as `["s": 1, "t": 1]`.
    public var keys: BSONDocument
    /// Whether equal keys are refused.
    public var isUnique: Bool
    /// Seconds after the (date) key at which documents go; nil: never.
    public var expireAfterSeconds: Int64?

    /// Makes an index.
    ///
    /// - Parameters:
    ///   - keys: fields and directions.
    ///   - isUnique: whether equal keys are refused.
    ///   - expireAfterSeconds: for a TTL index.
    public init(_ keys: BSONDocument, isUnique: Bool = false, expireAfterSeconds: Int64? = nil) {
        self.keys = keys
        self.isUnique = isUnique
        self.expireAfterSeconds = expireAfterSeconds
    }

    /// MongoDB's conventional name, such as `s_1_t_1`.
    public var name: String {
        keys.fields.map { key, value in "\(key)_\(value.integer.map(String.init) ?? value.string ?? "1")" }
            .joined(separator: "_")
    }

    var document: BSONDocument {
        var document: BSONDocument = ["key": .document(keys), "name": .string(name)]
        if isUnique { document.append("unique", true) }
        if let expireAfterSeconds { document.append("expireAfterSeconds", expireAfterSeconds) }
        return document
    }
}
