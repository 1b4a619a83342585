import JSONText

extension TapeInfo {
    /// The machine-readable report; times in ns and ms since the epoch, those beyond 2^53 as strings (RFC 8785).
    public var json: JSONValue {
        var report: [String: JSONValue] = [
            "stream": .string(header.stream), "source": .string(header.source), "recorder": .string(header.recorder),
            "part": JSONValue(header.part), "version": .int(header.version),
            "receive": .string(header.clock == .tradeTime ? "trade-time" : "recorder"),
            "started": .int(header.receive),
            "subscribed": .array(header.symbols.map(JSONValue.string)), "files": .array(paths.map(JSONValue.string)),
            "fileBytes": fileBytes.map(JSONValue.int) ?? .null, "textBytes": .int(textBytes), "members": .int(members),
            "lines": .int(lines), "frames": .int(frames), "texts": .int(texts), "binaries": .int(binaries),
            "trades": .int(trades), "rejectedTrades": .int(rejectedTrades),
            "undecodableFrames": .int(undecodableFrames), "droppedFrames": .int(droppedFrames),
            "closed": .bool(isClosed), "skippedLines": .int(skipped),
        ]
        report["symbols"] = .array(symbols.map { ["symbol": .string($0.name), "trades": .int($0.count)] })
        report["events"] = .array(events.map { ["event": .string($0.name), "count": .int($0.count)] })
        report["gaps"] = .array(
            gaps.map {
                [
                    "seq": .int($0.sequence), "from": .int($0.from), "until": $0.until.map(JSONValue.int) ?? .null,
                    "cause": .string($0.cause),
                ]
            })
        report["firstSeq"] = sequences.map { .int($0.lowerBound) } ?? .null
        report["lastSeq"] = sequences.map { .int($0.upperBound) } ?? .null
        report["firstReceive"] = receives.map { .int($0.lowerBound) } ?? .null
        report["lastReceive"] = receives.map { .int($0.upperBound) } ?? .null
        report["firstTradeTime"] = tradeTimes.map { .int($0.lowerBound) } ?? .null
        report["lastTradeTime"] = tradeTimes.map { .int($0.upperBound) } ?? .null
        report["fault"] = fault.map { .string($0.description) } ?? .null
        return .object(report)
    }

    /// The report as rows of name and value, in reading order.
    public var rows: [(name: String, value: String)] {
        var rows: [(String, String)] = [
            ("stream", header.stream), ("source", header.source),
            ("recorder", "\(header.recorder), format \(header.version), part \(header.part)"),
            ("receive times", header.clock == .tradeTime ? "made from trade times" : "recorder's clock"),
        ]
        if let receives {
            rows.append(("first receive", TapeTime.text(receives.lowerBound)))
            rows.append(("last receive", TapeTime.text(receives.upperBound)))
            rows.append(("span", TapeTime.span(receives.upperBound - receives.lowerBound)))
        }
        if let tradeTimes {
            rows.append(("first trade time", TapeTime.text(tradeTimes.lowerBound &* 1_000_000)))
            rows.append(("last trade time", TapeTime.text(tradeTimes.upperBound &* 1_000_000)))
        }
        if let sequences { rows.append(("seq", "\(sequences.lowerBound) to \(sequences.upperBound)")) }
        rows.append(("lines", "\(lines)"))
        rows.append(("frames", "\(frames) JSON, \(texts) text, \(binaries) binary"))
        rows.append(("trades", "\(trades)"))
        for symbol in symbols { rows.append(("  \(symbol.name)", "\(symbol.count)")) }
        if rejectedTrades > 0 { rows.append(("rejected trades", "\(rejectedTrades)")) }
        if undecodableFrames > 0 { rows.append(("undecodable frames", "\(undecodableFrames)")) }
        if droppedFrames > 0 { rows.append(("dropped frames", "\(droppedFrames)")) }
        for event in events { rows.append(("event \(event.name)", "\(event.count)")) }
        for gap in gaps {
            let until = gap.until.map { "until \(TapeTime.text($0))" } ?? "not resumed"
            rows.append(("gap at seq \(gap.sequence)", "from \(TapeTime.text(gap.from)) \(until), \(gap.cause)"))
        }
        rows.append(("closed", isClosed ? "yes" : "no"))
        rows.append(("members", "\(members)"))
        rows.append(("text", "\(textBytes) bytes"))
        if let fileBytes { rows.append(("file", "\(fileBytes) bytes\(ratio(fileBytes))")) }
        if skipped > 0 { rows.append(("skipped lines", "\(skipped)")) }
        if let fault { rows.append(("fault", fault.description)) }
        return rows
    }

    private func ratio(_ fileBytes: Int64) -> String {
        guard fileBytes > 0, textBytes > 0 else { return "" }
        let tenths = textBytes * 10 / fileBytes
        return " (\(tenths / 10).\(tenths % 10) : 1)"
    }
}
