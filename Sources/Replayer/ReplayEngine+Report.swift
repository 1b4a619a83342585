extension ReplayEngine {
    /// Sums up the play.
    func report(
        outcome: ReplayReport.Outcome, configuration: ReplayConfiguration, starved: Int64
    ) -> ReplayReport {
        let wall = timing.begun.map { timing.end - $0 } ?? 0
        var report = ReplayReport(
            outcome: outcome, tapes: configuration.tapes, speed: settings.speed.description, topic: configuration.topic,
            tapeSeconds: Self.seconds(timing.tape), wallSeconds: Self.seconds(wall),
            totalSeconds: Self.seconds(timing.begun.map { time.now() - $0 } ?? 0),
            totalTimeErrorPercent: timeError(wall: wall), lateness: lateness.summary,
            starvedSeconds: Self.seconds(starved), blockedSeconds: Self.seconds(timing.blocked),
            symbols: outbox.symbols.sorted { $0.published + $0.dropped > 0 }.map {
                .init(
                    symbol: $0.name, published: $0.published, acknowledged: $0.acknowledged, dropped: $0.dropped)
            },
            counts: counts, endMarkers: markers.count(where: \.isAcknowledged),
            producerRestarts: outbox.delivery.restarts, possibleDuplicates: outbox.delivery.possibleDuplicates)
        report.options = configuration.shown
        report.skippedGapSeconds = Self.seconds(timing.skipped)
        report.pausedSeconds = Self.seconds(timing.paused)
        report.commands = commands
        report.laps = lap
        return report
    }

    /// nil where nothing says how long it should have taken.
    private func timeError(wall: Int64) -> Double? {
        guard !timing.isDisturbed else { return nil }
        let planned: Double
        switch settings.speed {
        case .maximum: return nil
        case .rate(let rate): planned = Double(timing.tape) / rate.value
        case .perSecond(let rate):
            planned = Double(max(0, outbox.delivery.published + outbox.delivery.dropped - 1)) * 1e9 / rate.value
        }
        guard planned > 0 else { return nil }
        return abs(Double(wall - timing.blocked - timing.paused - timing.delayed) - planned) / planned * 100
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
