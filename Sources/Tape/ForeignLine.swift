import TradeModel

/// Tells what a line of a file that is no tape is: an envelope, an envelope without `seq`, or a bare frame.
struct ForeignLine {
    /// What a file's lines are; the first good line decides for all.
    enum Form: Sendable {
        case envelope
        case received
        case bare
        case stamped

        var name: String {
            switch self {
            case .envelope: "an envelope"
            case .received: "a frame with its receive time"
            case .bare: "a bare frame"
            case .stamped: "a time in ns and a frame"
            }
        }
    }

    /// A good line; a bare frame's receive time is not known yet.
    struct Good {
        var form: Form
        var envelope: Envelope
    }

    /// Reads one line.
    ///
    /// - Parameters:
    ///   - text: the bytes it stands in.
    ///   - range: the line without its end.
    ///   - number: its number in the file, from 1.
    /// - Returns: the line, or what is wrong with it.
    static func read(_ text: borrowing Span<UInt8>, _ range: Range<Int>, number: Int64) -> Result<Good, Fault> {
        if let envelope = Envelope(canonical: text, in: range), envelope.sequence > 0 {
            let content = text.extracting(envelope.body)
            // Two deeper than a frame: the envelope's own braces.
            let depth = TapeFormat.maximumDepth + (envelope.kind == .frame ? 0 : 2)
            if JSONSyntax.isValid(content, maximumDepth: depth) {
                guard envelope.kind != .frame else { return .success(Good(form: .envelope, envelope: envelope)) }
            }
        }
        if let stamped = stamped(text, range, number: number) { return .success(stamped) }
        let line = text.extracting(range)
        guard JSONSyntax.isValid(line, maximumDepth: TapeFormat.maximumDepth + 2) else {
            return .failure(Fault("it is no JSON, or nested deeper than \(TapeFormat.maximumDepth)"))
        }
        guard let members = JSONFields.members(of: text, in: range) else {
            return .failure(Fault("it is JSON, but no object, so it is neither an envelope nor a frame"))
        }
        let keys = members.map(\.key)
        guard keys.contains("receive") || keys.contains("seq") || keys.contains("tape") else {
            guard JSONSyntax.isValid(line, maximumDepth: TapeFormat.maximumDepth) else {
                return .failure(Fault("it is nested deeper than \(TapeFormat.maximumDepth)"))
            }
            let envelope = Envelope(sequence: number, receive: 0, kind: .frame, body: range, startsSegment: false)
            return .success(Good(form: .bare, envelope: envelope))
        }
        if keys.contains("tape") { return .failure(Fault("it is a header in the midst of the file")) }
        let form: Form = keys.contains("seq") ? .envelope : .received
        guard
            let envelope = Envelope(
                anyOrder: text, members, in: range, sequence: form == .received ? number : nil)
        else {
            return .failure(
                Fault(
                    "it has 'seq' or 'receive' and is no envelope: they are whole numbers, beside one of frame, text, binary, event"
                ))
        }
        return .success(Good(form: form, envelope: envelope))
    }

    /// A line such as `1723210200871532004 {"data":[…],"type":"trade"}`.
    private static func stamped(_ text: borrowing Span<UInt8>, _ range: Range<Int>, number: Int64) -> Good? {
        var at = range.lowerBound
        while at < range.upperBound, text[at] &- UInt8(ascii: "0") < 10 { at += 1 }
        guard at > range.lowerBound, at < range.upperBound, text[at] == 0x20 || text[at] == 0x09,
            let receive = JSONFields.integer(text, in: range.lowerBound..<at)
        else { return nil }
        while at < range.upperBound, text[at] == 0x20 || text[at] == 0x09 { at += 1 }
        guard at < range.upperBound, text[at] == UInt8(ascii: "{"),
            JSONSyntax.isValid(text.extracting(at..<range.upperBound), maximumDepth: TapeFormat.maximumDepth)
        else { return nil }
        return Good(
            form: .stamped,
            envelope: Envelope(
                sequence: number, receive: receive, kind: .frame, body: at..<range.upperBound, startsSegment: false))
    }

    /// What is wrong with a line, in words.
    struct Fault: Error {
        var detail: String
        init(_ detail: String) { self.detail = detail }
    }
}
