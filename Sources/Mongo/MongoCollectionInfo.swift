/// What the server says a collection is.
public struct MongoCollectionInfo: Sendable, Equatable {
    /// The kinds of collection.
    public enum Kind: Sendable, Equatable {
        /// A regular collection.
        case regular
        /// A time series: it takes duplicate `_id`s and no upserts.
        case timeSeries
        /// A view.
        case view
        /// Something newer than this code.
        case unknown(String)
    }

    /// The name.
    public let name: String
    /// What it is.
    public let kind: Kind
    /// Its options, `validator` among them.
    public let options: BSONDocument
}
