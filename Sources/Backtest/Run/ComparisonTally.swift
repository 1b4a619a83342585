/// One worker's part of a comparison: looks computed predictions up in batches, whatever order the store has.
///
/// The store may have been filled from several Kafka partitions, so that only identities say which two belong together.
struct ComparisonTally: Sendable {
    private static let batch = 1_000

    private let store: any StoredPredictions
    private let pending: [String: PredictionRow]
    private var rows: [PredictionRow] = []
    private(set) var comparison: PredictionComparison
    /// Found among the predictions, and so not extra.
    private(set) var found = 0
    private var firstDifferences: [String: PredictionComparison.Difference] = [:]
    private var firstMissing: [String: String] = [:]

    init(store: any StoredPredictions, model: String, pending: [String: PredictionRow]) {
        self.store = store
        self.pending = pending
        comparison = PredictionComparison(model: model)
    }

    mutating func add(_ row: PredictionRow) throws {
        rows.append(row)
        if rows.count == Self.batch { try flush() }
    }

    /// Compares what has gathered; blocks.
    mutating func flush() throws {
        guard !rows.isEmpty else { return }
        let stored = try store.predictions(model: comparison.model, origins: rows.map(\.origin))
        let byOrigin = Dictionary(stored.map { ($0.origin, $0) }, uniquingKeysWith: { first, _ in first })
        found += byOrigin.count
        for row in rows {
            let match = byOrigin[row.origin]
            // A prediction that the tape's end censors may still wait in the pipeline.
            let waiting = match == nil && row.reason == "end" ? pending[row.origin] : nil
            guard let other = match ?? waiting else {
                comparison.missing += 1
                if firstMissing[row.symbol] == nil { firstMissing[row.symbol] = row.origin }
                continue
            }
            if let difference = PredictionComparison.difference(row, other) {
                comparison.different += 1
                if firstDifferences[row.symbol] == nil { firstDifferences[row.symbol] = difference }
            } else if waiting != nil {
                comparison.pending += 1
            } else {
                comparison.equal += 1
            }
        }
        rows.removeAll(keepingCapacity: true)
    }

    /// Joins the workers' parts; symbols belong to one worker each, so the order of the parts does not matter.
    static func join(_ parts: [ComparisonTally], model: String, stored: Int) -> PredictionComparison {
        var total = PredictionComparison(model: model)
        var found = 0
        var differences: [PredictionComparison.Difference] = []
        var missing: [(symbol: String, origin: String)] = []
        for part in parts {
            total.equal += part.comparison.equal
            total.missing += part.comparison.missing
            total.different += part.comparison.different
            total.pending += part.comparison.pending
            found += part.found
            differences += part.firstDifferences.values
            missing += part.firstMissing.map { ($0.key, $0.value) }
        }
        total.extra = max(0, stored - found)
        total.first = differences.min { $0.symbol.precedesInUTF8($1.symbol) }
        total.firstMissing = missing.min { $0.symbol.precedesInUTF8($1.symbol) }?.origin
        return total
    }
}

extension String {
    /// Order by UTF-8 bytes: no locale, no normalisation.
    func precedesInUTF8(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
