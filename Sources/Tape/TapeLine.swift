/// One line of a tape; its ranges point into the text of its ``TapeBatch``.
public struct TapeLine: Sendable, Equatable {
    /// What a line holds.
    public enum Kind: UInt8, Sendable {
        /// A text frame that is JSON, byte for byte.
        case frame
        /// Another text frame, as a JSON string.
        case text
        /// A binary frame, or a text frame that fits no JSON string, in base64.
        case binary
        /// Something that happened.
        case event
    }

    /// How the line stands in its file.
    enum Layout: UInt8, Sendable {
        /// As the format writes it.
        case envelope
        /// An envelope of a foreign file with its frame anywhere: it has to move to the end to be read as one slice.
        case otherOrder
        /// `receive` and `frame` only, or a bare frame: the sequence number is the line's number.
        case foreign
    }

    /// Number in the stream, from 1.
    public let sequence: Int64
    /// Receive time, ns since the epoch.
    public let receive: Int64
    private let lineStart: UInt32
    private let lineEnd: UInt32
    private let bodyStart: UInt32
    private let bodyEnd: UInt32
    private let segmentBefore: Int64
    private let segmentKnown: Bool
    /// What the line holds.
    public let kind: Kind
    let layout: Layout
    /// Whether this is a `gap` or `dropped` line.
    public let startsSegment: Bool

    init(envelope: Envelope, line: Range<Int>, segment: Int64?, layout: Layout) {
        sequence = envelope.sequence
        receive = envelope.receive
        lineStart = UInt32(truncatingIfNeeded: line.lowerBound)
        lineEnd = UInt32(truncatingIfNeeded: line.upperBound)
        bodyStart = UInt32(truncatingIfNeeded: envelope.body.lowerBound)
        bodyEnd = UInt32(truncatingIfNeeded: envelope.body.upperBound)
        segmentBefore = segment ?? 0
        segmentKnown = segment != nil
        kind = envelope.kind
        startsSegment = envelope.startsSegment
        self.layout = layout
    }

    /// The same line with another segment.
    func with(segment: Int64?) -> TapeLine {
        TapeLine(
            envelope: Envelope(
                sequence: sequence, receive: receive, kind: kind, body: body, startsSegment: startsSegment,
                isCanonical: layout == .envelope),
            line: line, segment: segment, layout: layout)
    }

    /// The whole line without its LF.
    public var line: Range<Int> { Int(lineStart)..<Int(lineEnd) }

    /// A frame: its bytes, verbatim; anything else: the whole line's JSON object.
    public var body: Range<Int> { Int(bodyStart)..<Int(bodyEnd) }

    /// Sequence number of the last `gap` or `dropped` line before this one, 0 if none; nil where unknown (merged tapes).
    public var segment: Int64? { segmentKnown ? segmentBefore : nil }
}
