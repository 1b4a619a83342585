/// Order, fields and limits of a find.
public struct MongoFindOptions: Sendable {
    /// The order, such as `["_id": 1]`.
    ///
    /// Default: the server's.
    public var sort: BSONDocument?
    /// Which fields to return.
    ///
    /// Default: all.
    public var projection: BSONDocument?
    /// The greatest number of documents.
    ///
    /// Default: no limit.
    public var limit: Int?
    /// The index to use, by its keys.
    ///
    /// Default: the server's choice.
    public var hint: BSONDocument?
    /// Documents per answer.
    ///
    /// Default: the server's.
    public var batchSize: Int?

    /// Makes options.
    ///
    /// - Parameters:
    ///   - sort: the order.
    ///
    ///   - projection: which fields.
    ///   - limit: the greatest number.
    ///   - hint: the index's keys.
    ///   - batchSize: documents per answer.
    public init(
        sort: BSONDocument? = nil, projection: BSONDocument? = nil, limit: Int? = nil, hint: BSONDocument? = nil,
        batchSize: Int? = nil
    ) {
        self.sort = sort
        self.projection = projection
        self.limit = limit
        self.hint = hint
        self.batchSize = batchSize
    }

    var document: BSONDocument {
        var document = BSONDocument()
        if let sort { document.append("sort", sort) }
        if let projection { document.append("projection", projection) }
        if let limit { document.append("limit", Int64(limit)) }
        if let hint { document.append("hint", hint) }
        if let batchSize { document.append("batchSize", Int64(batchSize)) }
        return document
    }
}
