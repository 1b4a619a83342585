import Digest
import JSONText
import Mongo

/// What a pipeline has stored, as canonical JSON Lines: equal texts mean equal results, bit for bit.
///
/// `trades`, `predictions`, `dead_letters` and `states`, each sorted by `_id`, without what may differ between runs:
/// `at`, `owner`, `epoch`, `k` and `of`. Doubles are written with the shortest digits that read back as the same double,
/// binary data in hexadecimal.
public struct PipelineDump: Sendable {
    /// The collections dumped, in order.
    public static let collections = ["trades", "predictions", "dead_letters", "states"]
    private static let omitted: Set<String> = ["at", "owner", "epoch", "k", "of"]

    private let pool: MongoPool

    /// Dumps the pool's database.
    public init(pool: MongoPool) { self.pool = pool }

    /// Hands out the lines in order.
    ///
    /// Blocks; holds one document at a time.
    ///
    /// - Parameter body: takes one line without its line end.
    /// - Returns: the SHA-256 of all lines with their line ends, as hexadecimal digits.
    /// - Throws: ``PipelineError`` of kind `store`, or what `body` throws.
    @discardableResult
    public func write(_ body: (String) throws -> Void) throws -> String {
        var digest = SHA256()
        for name in Self.collections {
            do {
                try pool.collection(name).find([:], MongoFindOptions(sort: ["_id": 1], hint: ["_id": 1])) { cursor in
                    while let document = try cursor.next() {
                        let line = Self.line(document, collection: name)
                        digest.update(line)
                        digest.update("\n")
                        try body(line)
                    }
                }
            } catch let error as MongoError {
                throw PipelineError(.store, error.description)
            }
        }
        return digest.hex()
    }

    /// One document as a line.
    static func line(_ document: BSONDocument, collection: String) -> String {
        var members: [String: JSONValue] = ["collection": .string(collection)]
        for (key, value) in document.fields where !omitted.contains(key) { members[key] = json(value) }
        return JSONValue.object(members).canonical
    }

    private static func json(_ value: BSONValue) -> JSONValue {
        switch value {
        // Canonical JSON writes -0 as 0 and has no NaN.
        case .double(let value):
            value.isFinite && !(value == 0 && value.sign == .minus) ? .double(value) : .string("\(value)")
        case .string(let value): .string(value)
        case .document(let value):
            .object(Dictionary(value.fields.map { ($0.key, json($0.value)) }, uniquingKeysWith: { _, last in last }))
        case .array(let values): .array(values.map(json))
        case .binary(let bytes, _): .string(hex(bytes))
        case .bool(let value): .bool(value)
        case .date(let value): .int(value)
        case .null: .null
        case .int32(let value): .int(Int64(value))
        case .int64(let value): .int(value)
        case .other(let type, let bytes): .string("type \(type): \(hex(bytes))")
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
