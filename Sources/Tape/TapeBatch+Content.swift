import Foundation

extension TapeBatch {
    /// The event of an event line.
    ///
    /// - Throws: ``TapeError`` if the line holds none.
    public func event(_ line: TapeLine) throws(TapeError) -> TapeEvent {
        guard line.kind == .event, let event = TapeEvent(line: text.span, in: line.line) else {
            throw TapeError(.badLine("seq \(line.sequence) holds no event"), path: path)
        }
        return event
    }

    /// The bytes of the message that a line records: what came over the wire.
    ///
    /// - Returns: a frame's bytes, a text's or binary frame's decoded bytes; empty for an event.
    /// - Throws: ``TapeError`` if a `text` or `binary` value is no string or no base64.
    public func message(_ line: TapeLine) throws(TapeError) -> [UInt8] {
        switch line.kind {
        case .event: return []
        case .frame: return text.span.copy(line.body)
        case .text:
            if let range = member("text", of: line), let bytes = JSONFields.stringBytes(text.span, in: range) {
                return bytes
            }
            throw TapeError(.badLine("the text of seq \(line.sequence) is no JSON string"), path: path)
        case .binary:
            if let range = member("binary", of: line), let letters = JSONFields.string(text.span, in: range),
                let data = Data(base64Encoded: letters)
            {
                return [UInt8](data)
            }
            throw TapeError(.badLine("the binary frame of seq \(line.sequence) is no base64"), path: path)
        }
    }

    /// Appends the line as the format writes it: for a tape's own line its bytes; for a bare frame the envelope made of
    /// its number and time.
    ///
    /// Digests over these bytes are equal for a file and for the tape imported from it.
    public func appendEnvelope(of line: TapeLine, to out: inout [UInt8]) {
        switch line.layout {
        case .envelope: out += text[line.line]
        case .foreign, .otherOrder: LineCoding.appendForeign(line, of: text.span, to: &out)
        }
    }

    /// Whether ``text`` holds the lines, each with its LF, as the format writes them and without anything between.
    ///
    /// Then one piece of bytes can be digested or copied instead of line by line.
    public var isContiguous: Bool {
        guard let first = lines.first, let last = lines.last else { return true }
        guard first.layout == .envelope, last.layout == .envelope else { return false }
        var end = first.line.lowerBound
        for line in lines {
            guard line.line.lowerBound == end else { return false }
            end = line.line.upperBound + 1
        }
        return end <= text.count
    }

    private func member(_ key: String, of line: TapeLine) -> Range<Int>? {
        JSONFields.members(of: text.span, in: line.line)?.first { $0.key == key }?.value
    }
}
