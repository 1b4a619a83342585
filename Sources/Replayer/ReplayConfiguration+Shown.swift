import Tape

extension ReplayConfiguration {
    /// What differs from the defaults, by option name, for reports and checkpoints.
    var shown: [(name: String, value: String)] {
        var options = shaping
        func add(_ name: String, _ isThere: Bool, _ value: String) { if isThere { options.append((name, value)) } }
        add("pace", pace != .receive, pace.rawValue)
        add("max-gap", maximumGap != nil, "\(Self.seconds(maximumGap))")
        add("loop-delay", loopDelay != .zero, "\(Self.seconds(loopDelay))")
        add("delay", delay != .zero, "\(Self.seconds(delay))")
        add("overload", overload != .slow, overload.rawValue)
        add("start-paused", startsPaused, "true")
        add("wait-group", waitGroup != nil, waitGroup ?? "")
        add("until-consumed", untilConsumed != nil, untilConsumed ?? "")
        add("follow", follows, "true")
        add("checkpoint", checkpoint != nil, checkpoint ?? "")
        return options
    }

    /// The options that say which records there are: a checkpoint holds for the same ones only.
    var shaping: [(name: String, value: String)] {
        var options: [(name: String, value: String)] = []
        func add(_ name: String, _ isThere: Bool, _ value: String) { if isThere { options.append((name, value)) } }
        add("as", form != .trades, form.rawValue)
        add("symbols", symbols != nil, (symbols ?? []).sorted().joined(separator: ","))
        add("start", start != nil, start.map(Self.text) ?? "")
        add("end", end != nil, end.map(Self.text) ?? "")
        add("duration", duration != nil, "\(Self.seconds(duration))")
        add("loop", laps != 1, "\(laps)")
        switch shift {
        case nil: break
        case .now: options.append(("shift-to", "now"))
        case .instant(let time): options.append(("shift-to", TapeTime.text(time)))
        }
        add("stream", publishedStream != nil, publishedStream ?? "")
        add("same-stream", sameStream, "true")
        add("timestamp", timestamp != .publish, timestamp.rawValue)
        return options
    }

    private static func text(_ bound: ReplayBound) -> String {
        switch bound {
        case .instant(let time): TapeTime.text(time)
        case .offset(let distance): "+\(Double(distance) / 1e9)s"
        }
    }

    private static func seconds(_ duration: Duration?) -> String {
        "\(Double((duration ?? .zero).wholeNanoseconds) / 1e9)s"
    }
}

extension Duration {
    /// Whole nanoseconds; beyond 292 years it is the largest.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : whole &+ attoseconds / 1_000_000_000
    }
}
