import Forecast
import JSONText

/// What a run did: acknowledged and checkpointed, not merely read.
public struct PipelineSummary: Sendable, Equatable {
    /// One symbol: what this run stored, and its state at the end.
    public struct Symbol: Sendable, Equatable {
        /// Trades of the symbol that this run stored, or found stored by a run that crashed.
        public var trades = 0
        /// Counts of the state, since the symbol's first trade.
        public var counts = ForecastCounts()
        /// Predictions that wait for their label.
        public var pending = 0
    }

    /// Records handled.
    public internal(set) var records = 0
    /// By symbol.
    public internal(set) var symbols: [String: Symbol] = [:]
    /// Trades inserted, and trades that were there already with the same content (after a crash).
    public internal(set) var tradesInserted = 0
    /// Trades that were stored already with the same content: outputs of a run that crashed.
    public internal(set) var tradesPresent = 0
    /// Predictions inserted.
    public internal(set) var predictionsInserted = 0
    /// Predictions that were stored already with the same content.
    public internal(set) var predictionsPresent = 0
    /// Differing predictions that stand because data loss was accepted.
    public internal(set) var predictionsKept = 0
    /// Duplicates dropped, by stream.
    public internal(set) var duplicates: [String: Int] = [:]
    /// Dead letters by reason.
    public internal(set) var deadLetters: [String: Int] = [:]
    /// Messages without trades, by type.
    public internal(set) var ignored: [String: Int] = [:]
    /// Stored trades that are not eligible, by flag.
    public internal(set) var flagged: [String: Int] = [:]
    /// Records gone before a first start at the earliest offset.
    public internal(set) var goneBeforeStart: Int64 = 0
    /// Records lost later and accepted with `--on-data-loss skip`.
    public internal(set) var lostRecords: Int64 = 0
    /// Checkpoints acknowledged.
    public internal(set) var checkpoints = 0
    /// Claims that took effect.
    public internal(set) var claims = 0
    /// Times that a write or read of MongoDB was repeated.
    public internal(set) var storeRetries = 0
    /// Records that Kafka's client gave twice or backwards, dropped.
    public internal(set) var offsetRegressions = 0

    /// Trades that this run stored or found stored.
    public var trades: Int { symbols.values.reduce(0) { $0 + $1.trades } }

    /// Whether data were lost or rejected: exit 3.
    public var hasLoss: Bool { !deadLetters.isEmpty || goneBeforeStart > 0 || lostRecords > 0 }

    /// What to tell whoever replayed a tape twice; nil unless only duplicates were seen.
    public var onlyDuplicates: String? {
        let count = duplicates.values.reduce(0, +)
        guard count > 0, trades == 0, deadLetters.isEmpty else { return nil }
        let streams = duplicates.keys.sorted().joined(separator: ", ")
        return "all \(count) trades were stored already as stream \(streams): to run them a second time, "
            + "`replay --stream NEW`, or use another --database"
    }

    /// The summary as JSON.
    public var json: JSONValue {
        func counts(_ counts: [String: Int]) -> JSONValue { .object(counts.mapValues { JSONValue($0) }) }
        return [
            "records": JSONValue(records), "trades": JSONValue(trades), "tradesInserted": JSONValue(tradesInserted),
            "tradesPresent": JSONValue(tradesPresent), "predictionsInserted": JSONValue(predictionsInserted),
            "predictionsPresent": JSONValue(predictionsPresent), "predictionsKept": JSONValue(predictionsKept),
            "duplicates": counts(duplicates), "deadLetters": counts(deadLetters), "ignored": counts(ignored),
            "flagged": counts(flagged), "goneBeforeStart": .int(goneBeforeStart), "lostRecords": .int(lostRecords),
            "checkpoints": JSONValue(checkpoints), "claims": JSONValue(claims), "storeRetries": JSONValue(storeRetries),
            "offsetRegressions": JSONValue(offsetRegressions), "note": onlyDuplicates.map { .string($0) } ?? .null,
            "symbols": .object(symbols.mapValues(\.json)),
        ]
    }

    mutating func add(_ delta: RunDelta) {
        records += delta.records
        for (symbol, count) in delta.trades { symbols[symbol, default: Symbol()].trades += count }
        duplicates.merge(delta.duplicates, uniquingKeysWith: +)
        ignored.merge(delta.ignored, uniquingKeysWith: +)
        flagged.merge(delta.flagged, uniquingKeysWith: +)
        deadLetters.merge(delta.dead, uniquingKeysWith: +)
    }

    mutating func add(_ tally: BatchFlush.Tally) {
        tradesInserted += tally.tradesInserted
        tradesPresent += tally.tradesPresent
        predictionsInserted += tally.predictionsInserted
        predictionsPresent += tally.predictionsPresent
        predictionsKept += tally.kept
    }
}

extension PipelineSummary.Symbol {
    var json: JSONValue {
        [
            "trades": JSONValue(trades), "origins": .int(counts.origins), "scored": .int(counts.scored),
            "warmup": .int(counts.warmup), "censored": .int(counts.censored), "refused": .int(counts.refused),
            "late": .int(counts.late), "future": .int(counts.future), "backfill": .int(counts.backfill),
            "pending": JSONValue(pending),
        ]
    }
}
