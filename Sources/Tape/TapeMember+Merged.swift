extension TapeMember {
    /// The lines of a member of a merged tape, parted by stream.
    ///
    /// What is the same in every tape is the line without its leading `stream`: batches hold it so, and digests, cuts and
    /// forecasts do not see that a tape was merged.
    static func runs(in text: [UInt8], _ field: TapeMemberField) -> Result<Content, Fault> {
        var content = Content(text: [], lines: [])
        var count = 0
        var numbers: (low: Int64, high: Int64) = (.max, 0)
        var times: (first: Int64?, last: Int64) = (nil, 0)
        var at = 0
        while at < text.count {
            guard let end = LineScan.lineEnd(text, from: at) else { return .failure(Fault("its last line has no end")) }
            guard let (stream, rest) = lead(text.span, at..<end) else {
                return .failure(Fault("line \(count + 1) of it names no stream"))
            }
            if content.runs.last?.stream != stream { content.runs.append(Run(stream: stream, text: [], lines: [])) }
            let last = content.runs.count - 1
            let start = content.runs[last].text.count
            let line = [UInt8(ascii: "{")] + text[rest..<end]
            guard var envelope = envelope(of: line) else {
                return .failure(Fault("line \(count + 1) of it is no envelope"))
            }
            envelope.body = envelope.body.lowerBound + start..<envelope.body.upperBound + start
            content.runs[last].text += line
            content.runs[last].text.append(0x0A)
            let range = start..<start + line.count
            guard envelope.receive >= times.last else {
                return .failure(Fault("line \(count + 1) of it is out of order"))
            }
            content.runs[last].lines.append(
                TapeLine(envelope: envelope, line: range, segment: nil, layout: .envelope))
            numbers = (min(numbers.low, envelope.sequence), max(numbers.high, envelope.sequence))
            times = (times.first ?? envelope.receive, envelope.receive)
            count += 1
            at = end + 1
        }
        guard count == field.lines, numbers.low == field.firstSequence, numbers.high == field.lastSequence,
            times.first == field.firstReceive, times.last == field.lastReceive
        else { return .failure(Fault("its subfield contradicts its lines")) }
        return .success(content)
    }

    private static func envelope(of line: [UInt8]) -> Envelope? {
        if let envelope = Envelope(canonical: line.span, in: 0..<line.count) { return envelope }
        guard let members = JSONFields.members(of: line.span, in: 0..<line.count) else { return nil }
        return Envelope(anyOrder: line.span, members, in: 0..<line.count)
    }

    /// The stream that a line begins with, and where the rest of its object begins.
    private static func lead(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> (String, Int)? {
        guard range.count > 13, text.matches("{\"stream\":\"", range.lowerBound) else { return nil }
        let start = range.lowerBound + 11
        var at = start
        while at < range.upperBound, text[at] != UInt8(ascii: "\"") { at += 1 }
        guard at + 1 < range.upperBound, text[at + 1] == UInt8(ascii: ",") else { return nil }
        let stream = String(decoding: text.copy(start..<at), as: UTF8.self)
        return TapeHeader.isStreamIdentifier(stream) ? (stream, at + 2) : nil
    }
}
