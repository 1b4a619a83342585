import JSONText
import Tape

/// What verbs that write a tape say about it.
enum TapeSummaryText {
    /// Prints one line, or JSON.
    ///
    /// - Parameters:
    ///   - summary: what was written.
    ///   - trades: how many trades, if that is known.
    ///   - topic: what became of a topic's other records.
    ///   - context: where to print.
    /// - Throws: what standard output throws.
    static func print(
        _ summary: TapeSummary, trades: Int? = nil, topic: TopicReport? = nil, _ context: CommandContext
    ) throws {
        context.progress.clear()
        if context.wantsJSON {
            var report: [String: JSONValue] = [
                "path": .string(summary.path), "stream": .string(summary.stream), "lines": .int(summary.lines),
                "frames": .int(summary.frames), "otherFrames": .int(summary.otherFrames),
                "events": .int(summary.events),
                "members": .int(summary.members), "textBytes": .int(summary.textBytes),
                "fileBytes": .int(summary.fileBytes), "skipped": .int(summary.skipped),
                "firstSeq": summary.sequences.map { .int($0.lowerBound) } ?? .null,
                "lastSeq": summary.sequences.map { .int($0.upperBound) } ?? .null,
                "firstReceive": summary.receives.map { .int($0.lowerBound) } ?? .null,
                "lastReceive": summary.receives.map { .int($0.upperBound) } ?? .null,
            ]
            if let trades { report["trades"] = JSONValue(trades) }
            if let topic { report.merge(topic.json) { $1 } }
            try context.output.line(JSONValue.object(report).canonical)
            return
        }
        var text = "\(summary.path): stream \(summary.stream), \(summary.frames) frames"
        if let trades { text += ", \(trades) trades" }
        text += ", \(summary.events) events, \(summary.fileBytes) bytes"
        if summary.skipped > 0 { text += "; \(summary.skipped) bad lines left out" }
        try context.output.line(text)
        for line in topic?.lines ?? [] { try context.output.line(line) }
    }
}
