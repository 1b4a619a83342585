/// What a capture tells its owner; on the thread on which it happens, so the receiver must return at once.
public enum CaptureNotice: Sendable, Equatable {
    /// A part is complete, synced and will not change.
    case partClosed(CapturedPart)
    /// A part was begun.
    case partOpened(path: String, part: Int)
    /// Retention deleted a part.
    case partDeleted(path: String, bytes: Int64, reason: String)
    /// Retention could not delete a part.
    case deletionFailed(TapeError)
    /// Nothing is stored any more: too little space, in bytes where known.
    case spaceLow(free: Int64?, cause: String)
    /// Space has returned; so many frames were dropped.
    case spaceReturned(frames: Int64, bytes: Int64)
    /// Compression was behind: so many frames were dropped.
    case overflowed(frames: Int64, bytes: Int64)
    /// The capture is over: nothing more can be stored.
    case failed(TapeError)
}

/// A complete part.
public struct CapturedPart: Sendable, Equatable {
    /// The file.
    public var path: String
    /// The stream's id.
    public var stream: String
    /// Its number.
    public var part: Int
    /// Size of the file, in bytes.
    public var bytes: Int64
    /// Lines without the header.
    public var lines: Int64
    /// First and last sequence number; nil without lines.
    public var sequences: ClosedRange<Int64>?
    /// First and last receive time, ns; nil without lines.
    public var receives: ClosedRange<Int64>?
}
