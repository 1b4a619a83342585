/// `tape coverage`: how much of each symbol's session was captured, by day.
public struct TapeCoverage: Sendable, Equatable {
    /// One symbol on one day.
    public struct Row: Sendable, Equatable {
        /// The UTC day, such as `2024-08-09`.
        public var day: String
        /// The symbol.
        public var symbol: String
        /// Length of its session on that day, ns: the regular hours of New York, or, with a prefix, the whole day.
        public var session: Int64
        /// Of that, the time in which it was recorded without a gap, ns.
        public var covered: Int64
        /// Gaps that begin on that day.
        public var gaps: Int64
        /// Frames with trades of it, received on that day.
        public var frames: Int64
        /// Trades of it, received on that day.
        public var trades: Int64

        /// The part covered, in millionths, rounded down; a whole for a day without session.
        public var share: Int64 {
            guard session > 0 else { return 1_000_000 }
            return Int64(Int128(covered) * 1_000_000 / Int128(session))
        }
    }

    /// Rows by day, then by symbol.
    public var rows: [Row] = []
    /// Files looked at.
    public var files: [String] = []
    /// Files that could not be read to their end, and why.
    public var faults: [TapeError] = []

    /// Row with the smallest share; nil without rows.
    public var worst: Row? { rows.min { $0.share < $1.share } }
}
