import Foundation
import JSONText
import TradeModel

/// Writes lines.
enum LineCoding {
    /// Appends the line of a text frame: as JSON where that keeps it to the byte, else as a JSON string, else in base64.
    ///
    /// - Returns: what it was written as.
    @discardableResult
    static func appendTextFrame(
        _ frame: borrowing Span<UInt8>, sequence: Int64, receive: Int64, to out: inout [UInt8]
    ) -> TapeLine.Kind {
        if isStorableJSON(frame) {
            appendJSONFrame(frame, sequence: sequence, receive: receive, to: &out)
            return .frame
        }
        let bytes = frame.copy(0..<frame.count)
        if let text = String(validating: bytes, as: UTF8.self) {
            let start = out.count
            appendHead(sequence: sequence, receive: receive, to: &out)
            out += "\"text\":".utf8
            JSONWriter.append(text, to: &out)
            out.append(UInt8(ascii: "}"))
            if out.count - start <= TapeFormat.maximumLine { return .text }
            out.removeSubrange(start...)
        }
        appendBinary(bytes, isText: true, sequence: sequence, receive: receive, to: &out)
        return .binary
    }

    /// Appends the line of a text frame that is known to be JSON which may stand in a line as it is.
    static func appendJSONFrame(
        _ frame: borrowing Span<UInt8>, sequence: Int64, receive: Int64, to out: inout [UInt8]
    ) {
        frame.withUnsafeBufferPointer { frame in
            // One look at the array's room for all of it: this is what a recorder does most.
            out.append(addingCapacity: frame.count + headLimit) { (space: inout OutputSpan<UInt8>) in
                appendHead(sequence: sequence, receive: receive, to: &space)
                space.append("\"frame\":")
                space.append(frame)
                space.append(UInt8(ascii: "}"))
            }
        }
    }

    /// Appends the line of a binary frame, or of a text frame that fits no JSON string.
    static func appendBinary(
        _ frame: [UInt8], isText: Bool, sequence: Int64, receive: Int64, to out: inout [UInt8]
    ) {
        appendHead(sequence: sequence, receive: receive, to: &out)
        out += "\"binary\":\"".utf8
        out += Data(frame).base64EncodedString().utf8
        out += (isText ? "\",\"opcode\":\"text\"}" : "\"}").utf8
    }

    /// Appends the line of an event.
    static func appendEvent(_ event: TapeEvent, sequence: Int64, receive: Int64, to out: inout [UInt8]) {
        appendHead(sequence: sequence, receive: receive, to: &out)
        event.appendMembers(to: &out)
        out.append(UInt8(ascii: "}"))
    }

    /// Appends the line that the format has for a line of a foreign file.
    ///
    /// - Returns: what it was written as.
    @discardableResult
    static func appendForeign(_ line: TapeLine, of text: borrowing Span<UInt8>, to out: inout [UInt8]) -> TapeLine.Kind
    {
        if line.layout == .otherOrder {
            appendReordered(line, of: text, to: &out)
            return line.kind
        }
        if line.kind == .frame {
            return appendTextFrame(
                text.extracting(line.body), sequence: line.sequence, receive: line.receive, to: &out)
        }
        // An object with `receive` that lacks only `seq`.
        out += "{\"seq\":\(line.sequence)".utf8
        out.append(UInt8(ascii: ","))
        text.extracting(line.line.lowerBound + 1..<line.line.upperBound).withUnsafeBufferPointer {
            out.append(contentsOf: $0)
        }
        return line.kind
    }

    /// Appends an envelope with its frame last and every unknown key before it.
    private static func appendReordered(_ line: TapeLine, of text: borrowing Span<UInt8>, to out: inout [UInt8]) {
        appendHead(sequence: line.sequence, receive: line.receive, to: &out)
        for member in JSONFields.members(of: text, in: line.line) ?? []
        where !["seq", "receive", "frame"].contains(member.key) {
            JSONWriter.append(member.key, to: &out)
            out.append(UInt8(ascii: ":"))
            out += text.copy(member.value)
            out.append(UInt8(ascii: ","))
        }
        out += "\"frame\":".utf8
        out += text.copy(line.body)
        out.append(UInt8(ascii: "}"))
    }

    /// Whether a frame may stand in a line as it is: JSON, without CR and LF, not too deep.
    ///
    /// JSON is UTF-8, so the text of a tape never holds the bytes 1F 8B of a gzip header, not even in a stored block.
    static func isStorableJSON(_ frame: borrowing Span<UInt8>) -> Bool {
        for index in frame.indices where frame[index] == 0x0A || frame[index] == 0x0D { return false }
        return JSONSyntax.isValid(frame, maximumDepth: TapeFormat.maximumDepth)
    }

    /// Bytes that a line has around its frame, at most.
    private static let headLimit = 80

    private static func appendHead(sequence: Int64, receive: Int64, to out: inout [UInt8]) {
        out.append(addingCapacity: headLimit) { space in
            appendHead(sequence: sequence, receive: receive, to: &space)
        }
    }

    private static func appendHead(sequence: Int64, receive: Int64, to space: inout OutputSpan<UInt8>) {
        space.append("{\"seq\":")
        space.append(decimal: sequence)
        space.append(",\"receive\":")
        space.append(decimal: receive)
        space.append(UInt8(ascii: ","))
    }
}
