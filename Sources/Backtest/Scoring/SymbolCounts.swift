import Forecast

/// How many trades of a symbol did what, and what became of its predictions.
///
/// trades = eligible + late + future + Σ dropped; origins = scored + warmUp + Σ censored.
public struct SymbolCounts: Sendable, Equatable {
    /// Trades on the tape.
    public var trades = 0
    /// Trades that move the price.
    public var eligible = 0
    /// Trades too far behind the symbol clock.
    public var late = 0
    /// Trades too far after their receipt.
    public var future = 0
    /// Trades dropped by rule, by the rule's index.
    public var dropped = [Int](repeating: 0, count: EligibilityRule.count)
    /// Boundaries met, by the reason's place in `CensorReason.allCases`.
    public var boundaries = [Int](repeating: 0, count: CensorReason.allCases.count)
    /// Predictions issued.
    public var origins = 0
    /// Origins refused as too many predictions were pending.
    public var refused = 0
    /// Predictions in the metrics.
    public var scored = 0
    /// Predictions learnt but not in the metrics.
    public var warmUp = 0
    /// Censored predictions, by the reason's place in `CensorReason.allCases`.
    public var censored = [Int](repeating: 0, count: CensorReason.allCases.count)

    /// Adds another symbol's counts.
    mutating func add(_ other: SymbolCounts) {
        trades += other.trades
        eligible += other.eligible
        late += other.late
        future += other.future
        for index in dropped.indices { dropped[index] += other.dropped[index] }
        for index in boundaries.indices { boundaries[index] += other.boundaries[index] }
        origins += other.origins
        refused += other.refused
        scored += other.scored
        warmUp += other.warmUp
        for index in censored.indices { censored[index] += other.censored[index] }
    }

    mutating func add(_ disposition: Disposition) {
        trades += 1
        switch disposition {
        case .eligible: eligible += 1
        case .late: late += 1
        case .future: future += 1
        case .dropped(let rule): dropped[rule.index] += 1
        }
    }
}

extension CensorReason {
    /// Place among all reasons.
    var place: Int {
        switch self {
        case .stream: 0
        case .gap: 1
        case .session: 2
        case .silence: 3
        case .end: 4
        }
    }
}
