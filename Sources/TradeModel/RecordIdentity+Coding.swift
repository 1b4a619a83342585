import JSONText

extension RecordIdentity {
    /// Appends the header's value; an unknown segment is left out with its bar.
    public func append(to out: inout [UInt8]) {
        out += stream.utf8
        for number in [sequence, Int64(index), receive] {
            out.append(UInt8(ascii: "|"))
            out.append(decimal: number)
        }
        if let segment {
            out.append(UInt8(ascii: "|"))
            out.append(decimal: segment)
        }
    }

    /// Reads a header's value.
    ///
    /// Strict: four or five fields, decimal digits without sign or superfluous zero, nothing else.
    ///
    /// - Parameters:
    ///   - header: The bytes.
    ///   - previous: The record before; if the stream is the same, its string is shared, so that a long stream
    ///     allocates nothing.
    /// - Throws: `FrameError` of reason `bad_identity`.
    public init(parsing header: Span<UInt8>, after previous: RecordIdentity? = nil) throws(FrameError) {
        var position = 0
        while position < header.count, Self.isStreamByte(header[position]) { position += 1 }
        guard (1...64).contains(position) else {
            throw Self.malformed(header, 0, "a stream is 1 to 64 of letters, digits, -, ~ and +")
        }
        if let previous, FrameText.equals(header, 0..<position, previous.stream) {
            stream = previous.stream
        } else {
            stream = FrameText.string(header, 0..<position)
        }
        sequence = try Self.field(header, &position, "SEQ", Int64.max)
        index = Int32(truncatingIfNeeded: try Self.field(header, &position, "I", Int64(Int32.max)))
        receive = try Self.field(header, &position, "RECEIVE", Int64.max)
        segment = position < header.count ? try Self.field(header, &position, "SEGMENT", Int64.max) : nil
        guard position == header.count else { throw Self.malformed(header, position, "more follows SEGMENT") }
    }

    /// Steps over a bar and a number.
    private static func field(
        _ header: Span<UInt8>, _ position: inout Int, _ name: String, _ limit: Int64
    ) throws(FrameError) -> Int64 {
        guard JSONScanner.byte(header, position) == UInt8(ascii: "|") else {
            throw malformed(header, position, "| and \(name) must follow")
        }
        position += 1
        let start = position
        var value: Int64 = 0
        while case let digit = JSONScanner.byte(header, position) &- 48, digit < 10 {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int64(digit))
            guard !overflow, !carry, sum <= limit else {
                throw malformed(header, start, "\(name) is above \(limit)")
            }
            value = sum
            position += 1
        }
        let hasZero = position - start > 1 && header[start] == UInt8(ascii: "0")
        guard position > start, !hasZero else {
            throw malformed(header, start, "\(name) must be decimal digits without a superfluous 0")
        }
        return value
    }

    private static func malformed(_ header: Span<UInt8>, _ offset: Int, _ detail: String) -> FrameError {
        let shown = FrameError.excerpt(header, 0..<header.count)
        return FrameError(
            offset: offset, reason: .badIdentity,
            detail: "\(detail); the header is STREAM|SEQ|I|RECEIVE|SEGMENT, not '\(shown)'")
    }
}
