/// Collects lines and decides where members close: by size and receive time of the lines alone, never by a clock.
struct TapeMemberBuilder {
    private let size: Int
    private let time: Int64
    private var text: [UInt8] = []
    private var field = TapeMemberField()
    /// Sequence number of the last `gap` or `dropped` line so far.
    private var segment: Int64
    private let isMerged: Bool

    /// Starts without lines.
    ///
    /// - Parameters:
    ///   - size: text of a member, in bytes, at most; a longer line sits alone.
    ///   - time: receive time that a member spans, in ns; a line at this distance starts the next.
    ///   - segment: sequence number of the last `gap` or `dropped` line before the first line, 0 if none.
    ///   - isMerged: whether the lines are of several streams.
    init(size: Int, time: Int64, segment: Int64, isMerged: Bool = false) {
        self.isMerged = isMerged
        self.size = size
        self.time = time
        self.segment = segment
    }

    /// The header's member, always alone.
    static func header(_ line: [UInt8], receive: Int64, segment: Int64, isMerged: Bool = false) -> TapeMember.Closed {
        var field = TapeMemberField()
        field.isHeader = true
        field.isMerged = isMerged
        field.lines = 1
        field.firstReceive = receive
        field.lastReceive = receive
        field.segment = segment
        return TapeMember.Closed(text: line + [0x0A], field: field)
    }

    /// Whether a line closes the open member before it.
    func closes(before length: Int, receive: Int64) -> Bool {
        guard field.lines > 0 else { return false }
        return text.count + length + 1 > size || receive - field.firstReceive >= time
    }

    /// Adds a line that the open member has room for, without LF; the caller sees to order and length.
    mutating func append(_ line: borrowing Span<UInt8>, sequence: Int64, receive: Int64, startsSegment: Bool) {
        if field.lines == 0 {
            field.isMerged = isMerged
            field.firstSequence = sequence
            field.lastSequence = sequence
            field.firstReceive = receive
            field.segment = isMerged ? 0 : segment
        }
        line.withUnsafeBufferPointer { text.append(contentsOf: $0) }
        text.append(0x0A)
        field.lines += 1
        // Of several streams: the smallest and the largest.
        field.firstSequence = min(field.firstSequence, sequence)
        field.lastSequence = max(field.lastSequence, sequence)
        field.lastReceive = receive
        if startsSegment { segment = sequence }
    }

    /// Closes the open member.
    ///
    /// - Parameter spare: gives memory for the next member's text, such as an earlier one's.
    /// - Returns: the member; nil if there is no line in it.
    mutating func close(spare: () -> [UInt8] = { [] }) -> TapeMember.Closed? {
        guard field.lines > 0 else { return nil }
        let closed = TapeMember.Closed(text: text, field: field)
        text = spare()
        text.removeAll(keepingCapacity: true)
        text.reserveCapacity(size + 1)
        field = TapeMemberField()
        return closed
    }
}
