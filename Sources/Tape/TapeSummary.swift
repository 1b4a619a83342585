/// What was written to a tape.
public struct TapeSummary: Sendable, Equatable {
    /// The file.
    public var path: String
    /// The stream's id.
    public var stream: String
    /// Lines without the header.
    public var lines: Int64 = 0
    /// Lines that hold a frame as JSON, a text or a binary frame.
    public var frames: Int64 = 0
    /// Of these, those that are not stored as JSON.
    public var otherFrames: Int64 = 0
    /// Lines that hold an event.
    public var events: Int64 = 0
    /// Members, the header's included.
    public var members: Int64 = 0
    /// Size of the text, header included, in bytes.
    public var textBytes: Int64 = 0
    /// Size of the file, in bytes.
    public var fileBytes: Int64 = 0
    /// Bad lines of the source that were left out.
    public var skipped: Int64 = 0
    /// First and last sequence number; nil if there is no line.
    public var sequences: ClosedRange<Int64>?
    /// First and last receive time, in ns; nil if there is no line.
    public var receives: ClosedRange<Int64>?
}
