/// How publishing stands.
public struct PublishStatus: Sendable, Equatable {
    /// Records acknowledged by the broker.
    public var acknowledged = 0
    /// Records handed over and not acknowledged.
    public var outstanding = 0
    /// Bytes of frames that wait in memory.
    public var queuedBytes = 0
    /// Sequence number up to which the present stream is in Kafka.
    public var watermark: Int64 = 0
    /// Lines of the present stream behind the watermark.
    public var backlogLines: Int64 = 0
    /// Whether frames are read from the tape, since they found no room in memory or are of an earlier stream.
    public var isReadingTape = false
    /// Whether publishing is behind.
    public var isBehind = false
    /// How often it fell behind.
    public var timesBehind = 0
    /// Whether the broker and the topic were reached.
    public var hasContact = false
    /// Times that publishing had to begin anew after an error.
    public var failures = 0
    /// Lines that could not be published, since the tape no longer holds them.
    public var lostLines: Int64 = 0
    /// The last error, in one line.
    public var lastError: String?
}
