/// Members as bytes: building one from lines, and getting the lines back.
enum TapeMember {
    /// The lines of one member, checked against its own declaration.
    struct Content: Sendable {
        var text: [UInt8]
        var lines: [TapeLine]
        /// In a merged tape: runs of lines of one stream each, in order, instead of ``lines``.
        var runs: [Run] = []
    }

    /// Consecutive lines of one stream of a merged member, without their leading `stream`.
    struct Run: Sendable {
        var stream: String
        var text: [UInt8]
        var lines: [TapeLine]
    }

    /// A closed member: lines that are compressed next.
    struct Closed: Sendable {
        var text: [UInt8]
        var field: TapeMemberField
    }

    /// The member's bytes: head, deflate data, CRC-32, length.
    static func encode(_ member: Closed, level: Int) -> [UInt8] {
        let data = Deflate.compress(member.text, level: level)
        var field = member.field
        field.textSize = member.text.count
        field.memberSize = TapeMemberField.headSize + data.count + TapeMemberField.trailerSize
        var out: [UInt8] = []
        out.reserveCapacity(field.memberSize)
        field.appendHead(to: &out)
        out += data
        out.appendLittle(Deflate.crc32(member.text, 0..<member.text.count))
        out.appendLittle(UInt32(truncatingIfNeeded: member.text.count))
        return out
    }

    /// The text of a member, after its CRC has passed; `bytes` is the whole member and nothing else.
    static func text(of bytes: [UInt8], _ field: TapeMemberField) -> Result<[UInt8], Fault> {
        guard bytes.count == field.memberSize else { return .failure(Fault("it is cut")) }
        let data = TapeMemberField.headSize..<bytes.count - TapeMemberField.trailerSize
        guard let text = Deflate.decompress(bytes, data, size: field.textSize) else {
            return .failure(Fault("its deflate data are damaged"))
        }
        let (crc, size) = (bytes.span.little(data.upperBound, 4), bytes.span.little(data.upperBound + 4, 4))
        guard crc == UInt64(Deflate.crc32(text, 0..<text.count)), size == UInt64(text.count) else {
            return .failure(Fault("its text fails its CRC"))
        }
        return .success(text)
    }

    /// The lines of a member that is no header.
    static func decode(_ bytes: [UInt8], _ field: TapeMemberField) -> Result<Content, Fault> {
        switch text(of: bytes, field) {
        case .failure(let fault): return .failure(fault)
        case .success(let text):
            if field.isMerged { return runs(in: text, field) }
            return lines(in: text, field).map { Content(text: text, lines: $0) }
        }
    }

    private static func lines(in text: [UInt8], _ field: TapeMemberField) -> Result<[TapeLine], Fault> {
        let span = text.span
        var lines: [TapeLine] = []
        lines.reserveCapacity(field.lines)
        var segment = field.segment
        var last: (sequence: Int64, receive: Int64) = (0, 0)
        var at = 0
        while at < text.count {
            guard let end = LineScan.lineEnd(text, from: at) else { return .failure(Fault("its last line has no end")) }
            guard let envelope = Envelope(canonical: span, in: at..<end) ?? anyOrder(span, at..<end) else {
                return .failure(Fault("line \(lines.count + 1) of it is no envelope"))
            }
            guard envelope.sequence > last.sequence, envelope.receive >= last.receive else {
                return .failure(Fault("line \(lines.count + 1) of it is out of order"))
            }
            last = (envelope.sequence, envelope.receive)
            lines.append(TapeLine(envelope: envelope, line: at..<end, segment: segment, layout: .envelope))
            if envelope.startsSegment { segment = envelope.sequence }
            at = end + 1
        }
        guard let first = lines.first, lines.count == field.lines, first.sequence == field.firstSequence,
            first.receive == field.firstReceive, last.sequence == field.lastSequence, last.receive == field.lastReceive
        else { return .failure(Fault("its subfield contradicts its lines")) }
        return .success(lines)
    }

    private static func anyOrder(_ span: borrowing Span<UInt8>, _ range: Range<Int>) -> Envelope? {
        guard let members = JSONFields.members(of: span, in: range) else { return nil }
        return Envelope(anyOrder: span, members, in: range)
    }

    /// What is wrong with a member, in words for ``TapeError/Code-swift.enum/badMember(_:)``.
    struct Fault: Error, Equatable {
        var detail: String
        init(_ detail: String) { self.detail = detail }
    }
}
