/// When captured lines are forced to the disk: what a power cut may take.
public enum TapeSyncPolicy: Sendable, Equatable {
    /// Before ``TapeCapture/append(_:)`` returns.
    case every
    /// No later than this after they were received, 1 ms to 1 hour.
    case interval(Duration)
    /// When the operating system likes; a power cut may take anything.
    case never
}

/// How a tape is captured.
public struct TapeCaptureConfiguration: Sendable, Equatable {
    /// The folder that the parts go to; it must exist.
    public var folder: String
    /// First part of the files' names: `NAME_STREAM_PART.jsonl.gz`; letters, digits, `-`, `.`, `~`, `+`.
    ///
    /// Default: `finnhub`.
    public var name: String
    /// When lines are forced to the disk.
    ///
    /// Default: within 1 s.
    public var sync: TapeSyncPolicy
    /// Compression of deflate, 1 (quick) to 9 (small).
    ///
    /// Default: 6.
    public var level: Int
    /// A member closes before a line that would take its text over this, 1 KiB to 4 MiB.
    ///
    /// Default: 256 KiB.
    public var memberSize: Int
    /// A member closes before a line received this long after its first, 1 ms to 1 day.
    ///
    /// Default: 60 s.
    public var memberTime: Duration
    /// A part ends before a member that would take the file over this, in bytes, 64 KiB or more; nil: never.
    ///
    /// Default: 256 MiB.
    public var rotateSize: Int64?
    /// A part ends where the receive time passes a multiple of this since the epoch, 1 s to 366 days; nil: not by time.
    ///
    /// 1 h: at each full hour of UTC. A new UTC day always starts a part. Default: nil.
    public var rotateTime: Duration?
    /// Closed parts are deleted, oldest first, while all parts together are larger than this, in bytes.
    ///
    /// Default: nil, never.
    public var keepSize: Int64?
    /// Closed parts are deleted when their file was last changed longer ago than this.
    ///
    /// Default: nil, never.
    public var keepAge: Duration?
    /// Closed parts are deleted, oldest first, while less space than this is free, in bytes.
    ///
    /// Default: nil, never.
    public var keepFree: Int64?
    /// Below this much free space nothing is stored, in bytes.
    ///
    /// Default: 1 GiB.
    public var minimumFree: Int64
    /// Bytes of closed members that wait for compression, 1 MiB to 1 GiB; beyond, frames become `dropped`.
    ///
    /// Default: 16 MiB.
    public var queueBytes: Int

    /// Makes a configuration.
    public init(
        folder: String, name: String = "finnhub", sync: TapeSyncPolicy = .interval(.seconds(1)), level: Int = 6,
        memberSize: Int = 256 << 10, memberTime: Duration = .seconds(60), rotateSize: Int64? = 256 << 20,
        rotateTime: Duration? = nil, keepSize: Int64? = nil, keepAge: Duration? = nil, keepFree: Int64? = nil,
        minimumFree: Int64 = 1 << 30, queueBytes: Int = 16 << 20
    ) {
        self.folder = folder
        self.name = name
        self.sync = sync
        self.level = level
        self.memberSize = memberSize
        self.memberTime = memberTime
        self.rotateSize = rotateSize
        self.rotateTime = rotateTime
        self.keepSize = keepSize
        self.keepAge = keepAge
        self.keepFree = keepFree
        self.minimumFree = minimumFree
        self.queueBytes = queueBytes
    }
}
