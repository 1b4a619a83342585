/// Where predictions that a pipeline stored can be looked up; `tapedeck` reads them from MongoDB.
///
/// Methods block, and several threads call them at once.
public protocol StoredPredictions: Sendable {
    /// The stored predictions of a model for some origins, in any order.
    ///
    /// - Parameters:
    ///   - model: `model:revision`, the `m` of the documents.
    ///   - origins: identities of origins, at most 1,000.
    /// - Returns: those that are there.
    /// - Throws: what the store reports.
    func predictions(model: String, origins: [String]) throws -> [PredictionRow]
    /// The predictions of a model that stored states hold as pending; bounded by symbols × `--max-pending`.
    func pending(model: String) throws -> [PredictionRow]
    /// How many predictions of a model are stored.
    func count(model: String) throws -> Int
}
