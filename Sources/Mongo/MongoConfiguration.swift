import Diagnostics

/// How to reach MongoDB.
///
/// The URI is a secret: `description` shows it without password and options.
public struct MongoConfiguration: Sendable, CustomStringConvertible, CustomReflectable {
    /// A MongoDB connection string.
    ///
    /// Its own options win over the limits below.
    ///
    /// A write concern weaker than `majority` with journal, or a read preference other than primary, is refused.
    /// Default: `mongodb://127.0.0.1:27017`.
    public var uri: String
    /// The database that collections are in.
    ///
    /// Default: `tapedeck`.
    public var database: String
    /// Limit for opening a connection.
    ///
    /// Default: 10 s.
    public var connectTimeout: Duration
    /// Limit for finding a server that can take the operation.
    ///
    /// Default: 10 s.
    public var selectionTimeout: Duration
    /// Limit for one answer on an open connection.
    ///
    /// Default: 30 s.
    public var socketTimeout: Duration
    /// Limit for a write to reach the majority's journals.
    ///
    /// Default: 20 s.
    public var writeConcernTimeout: Duration

    /// A configuration with the limits of pipeline.md, section 6.
    ///
    /// - Parameters:
    ///   - uri: the connection string.
    ///
    ///   - database: the database's name.
    public init(uri: String = "mongodb://127.0.0.1:27017", database: String = "tapedeck") {
        self.uri = uri
        self.database = database
        connectTimeout = .seconds(10)
        selectionTimeout = .seconds(10)
        socketTimeout = .seconds(30)
        writeConcernTimeout = .seconds(20)
    }

    /// URI and database, without secrets.
    public var description: String { "\(Redaction.urls(in: uri)), database \(database)" }

    /// Keeps `dump` and failed expectations from printing the URI.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
