/// `tape info`: what is in a tape.
public struct TapeInfo: Sendable, Equatable {
    /// A stretch of which nothing is known.
    public struct Gap: Sendable, Equatable {
        /// Sequence number of the `gap` line.
        public var sequence: Int64
        /// Receive time from which trades may be missing, ns.
        public var from: Int64
        /// Receive time of the `resumed` line; nil if there is none.
        public var until: Int64?
        /// Why.
        public var cause: String
    }

    /// A name and how often it was met, in the order of the names' UTF-8.
    public struct Count: Sendable, Equatable {
        /// A symbol or an event's name.
        public var name: String
        /// How often.
        public var count: Int64
    }

    /// Header of the first part.
    public var header: TapeHeader
    /// The files, as named.
    public var paths: [String]
    /// Size of the files, in bytes; nil where one is a pipe.
    public var fileBytes: Int64?
    /// Size of the decoded text, in bytes.
    public var textBytes: Int64 = 0
    /// Members, headers included; 0 for a file that is no tape.
    public var members: Int64 = 0
    /// Lines without headers.
    public var lines: Int64 = 0
    /// Frames that are JSON.
    public var frames: Int64 = 0
    /// Other text frames.
    public var texts: Int64 = 0
    /// Binary frames, and text frames stored like them.
    public var binaries: Int64 = 0
    /// Good trades.
    public var trades: Int64 = 0
    /// Trades that the decoder rejects.
    public var rejectedTrades: Int64 = 0
    /// Frames that cannot be decoded as a whole.
    public var undecodableFrames: Int64 = 0
    /// Good trades by symbol.
    public var symbols: [Count] = []
    /// Events by name.
    public var events: [Count] = []
    /// Gaps, in order.
    public var gaps: [Gap] = []
    /// Frames that were received but not stored.
    public var droppedFrames: Int64 = 0
    /// Whether the last line is `closed`.
    public var isClosed = false
    /// First and last sequence number; nil without lines.
    public var sequences: ClosedRange<Int64>?
    /// First and last receive time, ns; nil without lines.
    public var receives: ClosedRange<Int64>?
    /// First and last trade time, ms: smallest and largest, since trade times run backwards at times; nil without trades.
    public var tradeTimes: ClosedRange<Int64>?
    /// Bad lines left out.
    public var skipped: Int64 = 0
    /// What ended the reading early; everything else is as far as could be read.
    public var fault: TapeError?
}
