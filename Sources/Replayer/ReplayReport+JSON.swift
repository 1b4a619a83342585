import JSONText
import Tape

extension ReplayReport {
    /// The report for machines, as replay.md, "Report", shows it.
    public var json: JSONValue {
        var symbolCounts: [String: JSONValue] = [:]
        for symbol in symbols {
            symbolCounts[symbol.symbol] = [
                "published": JSONValue(symbol.published), "acked": JSONValue(symbol.acknowledged),
                "dropped": JSONValue(symbol.dropped),
            ]
        }
        var options: [String: JSONValue] = ["speed": .string(speed), "topic": .string(topic)]
        for (name, value) in self.options { options[name] = .string(value) }
        let late = lateness?.json ?? .null
        let rate = totalSeconds > 0 ? Double(acknowledged) / totalSeconds : nil
        return [
            "schema": 1, "outcome": .string(outcome.rawValue), "tapes": .array(tapes.map(JSONValue.string)),
            "options": .object(options),
            "tapeSeconds": .double(tapeSeconds), "wallSeconds": .double(wallSeconds),
            "totalSeconds": .double(totalSeconds), "recordsPerSecond": JSONValue(rate),
            "totalTimeErrorPercent": JSONValue(totalTimeErrorPercent), "lateness": late,
            "starvedSeconds": .double(starvedSeconds), "blockedSeconds": .double(blockedSeconds),
            "skippedGapSeconds": .double(skippedGapSeconds), "pausedSeconds": .double(pausedSeconds),
            "laps": JSONValue(laps), "symbols": .object(symbolCounts),
            "published": JSONValue(published), "acked": JSONValue(acknowledged),
            "frames": [
                "withoutTrades": JSONValue(counts.framesWithoutTrades), "rejected": JSONValue(counts.rejectedFrames),
            ],
            "lines": JSONValue(counts.lines), "events": JSONValue(counts.events),
            "rejectedTrades": JSONValue(counts.rejectedTrades), "filteredTrades": JSONValue(counts.filteredTrades),
            "firstRejection": counts.firstRejection.map(JSONValue.string) ?? .null,
            "endMarkers": JSONValue(endMarkers), "resumed": .bool(isResumed),
            "possibleDuplicates": JSONValue(possibleDuplicates), "producerRestarts": JSONValue(producerRestarts),
            "commands": .array(commands.map(\.json)), "dropped": JSONValue(dropped),
        ]
    }
}

extension ReplayReport.Lateness {
    /// The quantiles for machines, in seconds.
    public var json: JSONValue {
        ["p50": .double(p50), "p99": .double(p99), "p999": .double(p999), "max": .double(max)]
    }
}

extension ReplayReport.Command {
    /// One command of the report.
    public var json: JSONValue {
        [
            "command": .string(command.name), "detail": command.detail.map(JSONValue.string) ?? .null,
            "atSeconds": .double(seconds), "position": position.map { .string(TapeTime.text($0)) } ?? .null,
            "seq": sequence.map(JSONValue.int) ?? .null,
            "target": target.map { .string(TapeTime.text($0)) } ?? .null, "speed": .string(speed),
        ]
    }
}
