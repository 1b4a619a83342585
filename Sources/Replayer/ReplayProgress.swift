/// How far a replay has come.
public struct ReplayProgress: Sendable, Equatable {
    /// Receive time of the line last played, ns since the epoch; nil before the first.
    public var position: Int64?
    /// Records handed to Kafka's client.
    public var published: Int
    /// Records acknowledged.
    public var acknowledged: Int
    /// Records acknowledged per second since the last progress value.
    public var recordsPerSecond: Double
    /// Share of the tape played, 0 to 1; nil where its size is unknown.
    public var fraction: Double?
    /// Seconds until the end at the speed so far; nil where it cannot be told.
    public var remainingSeconds: Double?
}
