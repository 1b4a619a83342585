/// One collection: a small value that any thread may use; every call blocks and takes a client from the pool.
///
/// Writes are acknowledged by the majority's journals, reads go to the primary. Every call throws ``MongoError``, whose
/// kind says whether a retry helps.
public struct MongoCollection: Sendable {
    let pool: MongoPool
    /// The collection's name.
    public let name: String

    func words(_ verb: String, _ preposition: String = "in") -> String {
        "\(verb) \(preposition) \(pool.database).\(name)"
    }
}
