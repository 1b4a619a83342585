/// What answered at the other end.
public struct MongoServerInfo: Sendable, Equatable {
    /// How the deployment is built.
    public enum Kind: Sendable, Equatable {
        /// One mongod without replication: no fail-over, no retryable writes.
        case standalone
        /// A replica set.
        case replicaSet(name: String)
        /// A sharded cluster, through a mongos.
        case sharded
    }

    /// How the deployment is built.
    public let kind: Kind
    /// The server's version, such as `6.0.5`.
    public let version: String
    /// Whether the member that answered takes writes.
    public let isWritablePrimary: Bool
}
