/// `tape verify`: whether the files of a stream are whole, and what is in them.
public struct TapeVerification: Sendable, Equatable {
    /// Something that is wrong.
    public struct Finding: Sendable, Equatable {
        /// The file.
        public var path: String
        /// Where in it, in bytes; nil where no place is concerned.
        public var offset: Int64?
        /// What is wrong, in one sentence.
        public var detail: String
    }

    /// How it ended.
    public enum Outcome: Sendable, Equatable {
        /// Nothing is wrong.
        case clean
        /// Something is, and the rest can be read.
        case lossy
        /// Neither a header nor a line can be read.
        case nothing
    }

    /// The stream's id.
    public var stream: String
    /// The files, in the order of their parts.
    public var paths: [String]
    /// Members that are whole, headers not counted.
    public var members: Int64 = 0
    /// Lines without headers.
    public var lines: Int64 = 0
    /// Of these, lines that stand only in the journal yet.
    public var journalLines: Int64 = 0
    /// Frames, whatever they are stored as.
    public var frames: Int64 = 0
    /// Good trades.
    public var trades: Int64 = 0
    /// Recorded gaps: reported, and no fault.
    public var gaps: Int64 = 0
    /// Recorded gaps that no `resumed` line ends.
    public var openGaps: Int64 = 0
    /// Frames that were received and not stored, as `dropped` lines tell.
    public var droppedFrames: Int64 = 0
    /// First and last sequence number; nil without lines.
    public var sequences: ClosedRange<Int64>?
    /// First and last receive time, ns; nil without lines.
    public var receives: ClosedRange<Int64>?
    /// Whether the last line is `closed`.
    public var isClosed = false
    /// Whether a recorder writes it now.
    public var isBeingWritten = false
    /// Whether there is a whole header.
    public var hasHeader = false
    /// What is wrong; at most a thousand are listed.
    public var findings: [Finding] = []
    /// How much is wrong.
    public var faults: Int64 = 0

    /// How it ended.
    public var outcome: Outcome {
        guard faults > 0 else { return .clean }
        return lines == 0 && !hasHeader ? .nothing : .lossy
    }

    init(stream: String, paths: [String]) {
        self.stream = stream
        self.paths = paths
    }

    mutating func find(_ path: String, _ offset: Int64?, _ detail: String) {
        faults += 1
        if findings.count < 1_000 { findings.append(Finding(path: path, offset: offset, detail: detail)) }
    }
}
