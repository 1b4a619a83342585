/// One update of a bulk.
public struct MongoUpdate: Sendable {
    /// Which document: at most one is changed.
    public var filter: BSONDocument
    /// Update operators (`["$set": …]`), or the whole new document.
    public var change: BSONDocument
    /// Whether to insert a document if none matches.
    public var upsert: Bool

    /// Makes an update.
    ///
    /// - Parameters:
    ///   - filter: which document.
    ///   - change: operators if its first key starts with `$`, otherwise the replacement.
    ///   - upsert: whether to insert if none matches.
    public init(filter: BSONDocument, change: BSONDocument, upsert: Bool = false) {
        self.filter = filter
        self.change = change
        self.upsert = upsert
    }

    /// Whether `change` is a whole document.
    var isReplacement: Bool {
        var fields = change.fields.makeIterator()
        return fields.next()?.key.hasPrefix("$") != true
    }
}
