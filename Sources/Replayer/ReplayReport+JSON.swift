import JSONText

extension ReplayReport {
    /// The report for machines, as replay.md, "Report", shows it.
    public var json: JSONValue {
        var symbolCounts: [String: JSONValue] = [:]
        for symbol in symbols {
            symbolCounts[symbol.symbol] = [
                "published": JSONValue(symbol.published), "acked": JSONValue(symbol.acknowledged), "dropped": 0,
            ]
        }
        let late = lateness?.json ?? .null
        let rate = totalSeconds > 0 ? Double(acknowledged) / totalSeconds : nil
        return [
            "schema": 1, "outcome": .string(outcome.rawValue), "tapes": .array(tapes.map(JSONValue.string)),
            "options": ["speed": .string(speed), "topic": .string(topic)],
            "tapeSeconds": .double(tapeSeconds), "wallSeconds": .double(wallSeconds),
            "totalSeconds": .double(totalSeconds), "recordsPerSecond": JSONValue(rate),
            "totalTimeErrorPercent": JSONValue(totalTimeErrorPercent), "lateness": late,
            "starvedSeconds": .double(starvedSeconds), "blockedSeconds": .double(blockedSeconds),
            "skippedGapSeconds": 0, "symbols": .object(symbolCounts),
            "published": JSONValue(published), "acked": JSONValue(acknowledged),
            "frames": [
                "withoutTrades": JSONValue(counts.framesWithoutTrades), "rejected": JSONValue(counts.rejectedFrames),
            ],
            "lines": JSONValue(counts.lines), "events": JSONValue(counts.events),
            "rejectedTrades": JSONValue(counts.rejectedTrades), "filteredTrades": JSONValue(counts.filteredTrades),
            "firstRejection": counts.firstRejection.map(JSONValue.string) ?? .null,
            "endMarkers": JSONValue(endMarkers), "resumed": false,
            "possibleDuplicates": JSONValue(possibleDuplicates), "producerRestarts": JSONValue(producerRestarts),
            "commands": [],
        ]
    }
}

extension ReplayReport.Lateness {
    /// The quantiles for machines, in seconds.
    public var json: JSONValue {
        ["p50": .double(p50), "p99": .double(p99), "p999": .double(p999), "max": .double(max)]
    }
}
