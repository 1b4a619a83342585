/// How far a run has come.
public struct BacktestProgress: Sendable, Equatable {
    /// The two passes.
    public enum Phase: String, Sendable {
        /// Trades are forecast and scored.
        case scoring
        /// Bounds and tests are computed.
        case inference
    }

    /// The pass.
    public var phase: Phase
    /// Lines read.
    public var lines: Int
    /// Trades read.
    public var trades: Int
    /// Receive time of the last line, ns since the epoch: how far the tape's own time has come.
    public var receive: Int64
    /// Bytes of files read.
    public var fileBytes: Int64
    /// Bytes of all files; nil if unknown.
    public var totalBytes: Int64?
}
