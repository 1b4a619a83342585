import Forecast
import TradeModel

@testable import Pipeline

/// The toy of protocol_model.py, section 3: everything folded in reaches the hash, the hash reaches every prediction.
struct ToyForecaster: SymbolForecaster {
    typealias Settings = Int

    static let horizon: Int64 = 2
    static let lateness: Int64 = 5

    private struct Continuity: Equatable {
        var stream: String
        var segment: Int64
    }

    private var n: Int64 = 0
    private var tau: Int64?
    private var continuity: Continuity?
    private var hash: Int64 = 7
    /// Origin, eligible trade at which it is due, prediction.
    private var pending: [(origin: TradeIdentity, due: Int64, predicted: Double)] = []
    private var counts = ForecastCounts()

    init(_ settings: Int) {}

    init(_ parts: SymbolStateParts, settings: Int) throws(PipelineError) {
        n = parts.n
        tau = parts.tau
        counts = parts.counts
        hash = parts.model.reduce(0) { $0 << 8 | Int64($1) }
        if let segment = parts.segment {
            continuity = Continuity(stream: String(decoding: parts.windows, as: UTF8.self), segment: segment)
        }
        pending = parts.pending.map { ($0.origin, $0.time, $0.price) }
    }

    var parts: SymbolStateParts {
        SymbolStateParts(
            n: n, tau: tau, segment: continuity?.segment, session: 0, counts: counts,
            model: (0..<8).map { UInt8(truncatingIfNeeded: hash >> (56 - 8 * $0)) },
            windows: Array((continuity?.stream ?? "").utf8),
            pending: pending.map {
                PendingOrigin(
                    origin: $0.origin, time: $0.due, price: $0.predicted,
                    forecasts: ModelForecasts([ModelForecast(predicted: $0.predicted)]), x: [])
            })
    }

    var pendingStream: String? { pending.isEmpty ? nil : continuity?.stream }
    var latest: LatestForecast? { nil }
    var tally: (counts: ForecastCounts, pending: Int) { (counts, pending.count) }

    mutating func countBackfill() { counts.backfill += 1 }

    mutating func handle(_ trade: Observation, into resolved: inout [Prediction]) -> TradeFlag? {
        if let tau, trade.time < tau - Self.lateness {
            counts.late += 1
            return .late
        }
        let here = Continuity(stream: trade.stream ?? "", segment: trade.segment ?? 0)
        if let continuity, continuity != here {
            censor(continuity.stream != here.stream ? .stream : .gap, into: &resolved)
        }
        n += 1
        while let first = pending.first, first.due <= n {
            resolved.append(
                Prediction(
                    origin: first.origin, originTime: first.due, originPrice: first.predicted, target: trade.identity,
                    targetTime: trade.time, actual: trade.price,
                    forecasts: ModelForecasts([ModelForecast(predicted: first.predicted)]), outcome: .scored))
            pending.removeFirst()
            hash = Self.mix(hash, Int64(first.predicted), Int64(trade.price))
            counts.scored += 1
        }
        hash = Self.mix(hash, Int64(trade.price), trade.time, n, Int64(pending.count))
        pending.append((trade.identity, n + Self.horizon, Double(hash % 9_973)))
        counts.origins += 1
        continuity = here
        tau = max(tau ?? trade.time, trade.time)
        return nil
    }

    mutating func end(into resolved: inout [Prediction]) { censor(.end, into: &resolved) }

    mutating func gap(into resolved: inout [Prediction]) {
        censor(.gap, into: &resolved)
        continuity = nil
    }

    private mutating func censor(_ reason: CensorReason, into resolved: inout [Prediction]) {
        for one in pending {
            resolved.append(
                Prediction(
                    origin: one.origin, originTime: one.due, originPrice: one.predicted, target: nil, targetTime: nil,
                    actual: nil, forecasts: ModelForecasts([ModelForecast(predicted: one.predicted)]),
                    outcome: .censored(reason)))
        }
        counts.censored += Int64(pending.count)
        pending.removeAll()
    }

    private static func mix(_ values: Int64...) -> Int64 {
        values.reduce(17) { ($0 * 1_000_003 + $1) % 1_000_000_007 }
    }
}
