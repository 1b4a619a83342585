/// Counts of a capture so far; all from its start.
public struct CaptureStatus: Sendable, Equatable {
    /// Lines received: in the journal.
    public var lines: Int64 = 0
    /// Frames received.
    public var frames: Int64 = 0
    /// Bytes of lines received.
    public var lineBytes: Int64 = 0
    /// Frames that were not stored.
    public var droppedFrames: Int64 = 0
    /// Bytes of frames that were not stored.
    public var droppedBytes: Int64 = 0
    /// Whether nothing is stored at present, for want of space.
    public var isOutOfSpace = false
    /// Last sequence number given.
    public var lastSequence: Int64 = 0
    /// Receive time of the last line stored, ns.
    public var lastReceive: Int64 = 0
    /// Members written to tapes, headers not counted.
    public var members: Int64 = 0
    /// Bytes written to tapes.
    public var tapeBytes: Int64 = 0
    /// Parts complete.
    public var closedParts: Int64 = 0
    /// Parts that retention deleted.
    public var deletedParts: Int64 = 0
    /// Bytes of text that wait for compression.
    public var queuedBytes = 0
    /// Writes to the journal.
    public var journalWrites: Int64 = 0
    /// Time spent in them, ns, and the longest one.
    public var journalNanoseconds: Int64 = 0
    /// Longest write to the journal, ns.
    public var longestJournalWrite: Int64 = 0
    /// Syncs of journals and tapes.
    public var syncs: Int64 = 0
    /// Time spent in them, ns.
    public var syncNanoseconds: Int64 = 0
    /// Longest sync, ns.
    public var longestSync: Int64 = 0
    /// Free space when last looked at, in bytes; nil before.
    public var freeBytes: Int64?

    /// Counts nothing.
    public init() {}
}

/// How a capture ended.
public struct CaptureSummary: Sendable, Equatable {
    /// The counts.
    public var status: CaptureStatus
    /// Whether the last part is complete; if not, its journal holds the rest, for `tape recover`.
    public var isSealed: Bool
    /// The last part's path.
    public var path: String

    /// Whether frames were lost.
    public var hasLoss: Bool { status.droppedFrames > 0 }
}
