import JSONText
import Mongo

/// Removes a group's work on a topic, so that it starts anew: needed after a topic was re-created.
///
/// Deletes the group's checkpoints and states, and all trades, dead letters and this model's predictions and `latest` of
/// the topic. Tapes are the archive.
public struct PipelineReset: Sendable {
    /// What was deleted.
    public struct Report: Sendable, Equatable {
        /// Documents by collection.
        public var deleted: [String: Int] = [:]

        /// The report as JSON.
        public var json: JSONValue { .object(["deleted": .object(deleted.mapValues { JSONValue($0) })]) }
    }

    private let pool: MongoPool
    private let topic: String
    private let group: String
    private let model: String

    /// Prepares a reset.
    ///
    /// - Parameters:
    ///   - pool: the database.
    ///   - topic: the topic whose outputs go.
    ///   - group: the group whose checkpoints and states go.
    ///   - model: `model:revision` whose predictions go, as ``PipelineConfiguration/model``.
    public init(pool: MongoPool, topic: String, group: String, model: String) {
        self.pool = pool
        self.topic = topic
        self.group = group
        self.model = model
    }

    /// Deletes; running it again after an interruption finishes the work.
    ///
    /// Blocks. The caller has made sure that the group has no members.
    ///
    /// - Returns: what was deleted.
    /// - Throws: ``PipelineError`` of kind `store`.
    public func run() throws(PipelineError) -> Report {
        do throws(MongoError) {
            return try delete()
        } catch {
            throw PipelineError(.store, error.description)
        }
    }

    private func delete() throws(MongoError) -> Report {
        var report = Report()
        // Checkpoints go last: they name the states, and without them an interrupted reset could not be told.
        let prefix = "\(group)|\(topic)|"
        let end = "\(group)|\(topic)}"
        func remove(_ collection: StoreCollection, _ filter: BSONDocument) throws(MongoError) {
            let count = try pool.collection(collection.rawValue).deleteMany(filter)
            report.deleted[collection.rawValue, default: 0] += count
        }
        try remove(.predictions, ["m": .string(model), "k.tp": .string(topic)])
        // A symbol is in one partition of one topic; its live view goes with its trades.
        let symbols = try distinctSymbols()
        for symbol in symbols { try remove(.latest, ["_id": .string("\(symbol)|\(model)")]) }
        try remove(.trades, ["k.tp": .string(topic)])
        try remove(.deadLetters, ["_id": ["$gte": .string("\(topic)|"), "$lt": .string("\(topic)}")]])
        try remove(.states, ["_id": ["$gte": .string(prefix), "$lt": .string(end)]])
        try remove(.checkpoints, ["_id": ["$gte": .string(prefix), "$lt": .string(end)]])
        return report
    }

    private func distinctSymbols() throws(MongoError) -> [String] {
        let prefix = "\(group)|\(topic)|"
        let found = try pool.collection(StoreCollection.states.rawValue).findAll(
            ["_id": ["$gte": .string(prefix), "$lt": .string("\(group)|\(topic)}")]],
            MongoFindOptions(projection: ["s": 1]))
        return Set(found.compactMap { $0["s"]?.string }).sorted()
    }
}
