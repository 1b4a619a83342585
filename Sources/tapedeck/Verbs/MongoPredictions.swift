import Backtest
import Mongo

/// What a pipeline stored, for `backtest --against`.
///
/// Methods block, on the backtest's own threads; the pool gives each a connection.
struct MongoPredictions: StoredPredictions {
    private let pool: MongoPool
    /// States do not hold the interval's level: it belongs to the revision that was asked for.
    private let level: Double

    /// Connects; fails at once if the server does not answer, or holds no predictions collection.
    init(_ configuration: MongoConfiguration, level: Double) throws {
        pool = try MongoPool(configuration)
        self.level = level
        try pool.ping()
        guard try pool.collectionInfo("predictions") != nil else {
            throw CommandFailure(
                "MongoDB at \(pool.hosts): database \(pool.database) holds no predictions: run the pipeline first, or name"
                    + " another --database")
        }
    }

    func predictions(model: String, origins: [String]) throws -> [PredictionRow] {
        let ids = origins.map { BSONValue.string("\($0)|\(model)") }
        var rows: [PredictionRow] = []
        rows.reserveCapacity(origins.count)
        try pool.collection("predictions").find(["_id": .document(["$in": .array(ids)])]) { cursor in
            while let document = try cursor.next() { rows.append(try row(document, model: model)) }
        }
        return rows
    }

    func pending(model: String) throws -> [PredictionRow] {
        let checkpoints = try pool.collection("checkpoints").findAll(["m": .string(model)])
        let ids = try checkpoints.map { BSONValue.string(try $0.string("_id")) }
        var rows: [PredictionRow] = []
        let options = MongoFindOptions(projection: ["s": .int32(1), "pending": .int32(1)])
        try pool.collection("states").find(["cp": .document(["$in": .array(ids)])], options) { cursor in
            while let state = try cursor.next() {
                let symbol = try state.string("s")
                for value in try state.array("pending") {
                    guard let pending = value.document else { throw BSONError.missing(key: "pending") }
                    rows.append(try row(pending: pending, symbol: symbol))
                }
            }
        }
        return rows
    }

    func count(model: String) throws -> Int {
        try pool.collection("predictions").countDocuments(["m": .string(model)])
    }

    private func row(_ document: BSONDocument, model: String) throws -> PredictionRow {
        let origin = try document.document("origin")
        let target = document["target"]?.document
        let id = try document.string("_id")
        return PredictionRow(
            origin: String(id.dropLast(model.count + 1)), symbol: try document.string("s"),
            originTime: try origin.date("t"), originPrice: try origin.double("p"), target: try target?.string("id"),
            targetTime: try target?.date("t"), actual: document["actual"]?.double,
            predicted: document["predicted"]?.double, low: document["low"]?.double, high: document["high"]?.double,
            level: try document.double("level"), error: document["error"]?.double,
            status: try document.string("status"),
            reason: document["reason"]?.string)
    }

    private func row(pending: BSONDocument, symbol: String) throws -> PredictionRow {
        PredictionRow(
            origin: try pending.string("id"), symbol: symbol, originTime: try pending.date("t"),
            originPrice: try pending.double("p"), target: nil, targetTime: nil, actual: nil,
            predicted: pending["predicted"]?.double, low: pending["low"]?.double, high: pending["high"]?.double,
            level: level, error: nil, status: "pending", reason: nil)
    }
}
