extension ReplayEngine {
    /// Sums up the play.
    func report(
        outcome: ReplayReport.Outcome, configuration: ReplayConfiguration, starved: Int64
    ) -> ReplayReport {
        let sorted = symbols.entries.filter { $0.published > 0 }.sorted { left, right in
            left.key.lexicographicallyPrecedes(right.key)
        }
        let tape = receives.map { $0.last - $0.first } ?? 0
        let wall = moments.map { $0.last - $0.first } ?? 0
        return ReplayReport(
            outcome: outcome, tapes: configuration.tapes, speed: speed.description, topic: configuration.topic,
            tapeSeconds: Self.seconds(tape), wallSeconds: Self.seconds(wall),
            totalSeconds: Self.seconds(moments.map { time.now() - $0.first } ?? 0),
            totalTimeErrorPercent: timeError(tape: tape, wall: wall), lateness: latenessSummary,
            starvedSeconds: Self.seconds(starved), blockedSeconds: Self.seconds(blocked),
            symbols: sorted.map { .init(symbol: $0.name, published: $0.published, acknowledged: $0.acknowledged) },
            counts: counts, endMarkers: markers.count(where: \.isAcknowledged),
            producerRestarts: delivery.restarts, possibleDuplicates: delivery.possibleDuplicates)
    }

    private var latenessSummary: ReplayReport.Lateness? { clock == nil ? nil : lateness.summary }

    private func timeError(tape: Int64, wall: Int64) -> Double? {
        let planned: Double
        switch speed {
        case .maximum: return nil
        case .rate(let rate): planned = Double(tape) / rate.value
        case .perSecond(let rate): planned = Double(max(0, delivery.published - 1)) * 1e9 / rate.value
        }
        guard planned > 0 else { return nil }
        return abs(Double(wall - blocked) - planned) / planned * 100
    }

    private static func seconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds) / 1e9 }
}

extension LatenessHistogram {
    /// The usual quantiles in seconds; nil if nothing was counted.
    var summary: ReplayReport.Lateness? {
        guard let p50 = quantile(perMillion: 500_000), let p99 = quantile(perMillion: 990_000),
            let p999 = quantile(perMillion: 999_000)
        else { return nil }
        func seconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds) / 1e9 }
        return .init(p50: seconds(p50), p99: seconds(p99), p999: seconds(p999), max: seconds(largest))
    }
}
