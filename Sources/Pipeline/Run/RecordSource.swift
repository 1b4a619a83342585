/// Where records come from: Kafka, or a double in tests.
///
/// The poll thread calls everything but ``watermarks(_:)``, which any thread may call and which blocks.
protocol RecordSource: AnyObject, Sendable {
    /// Joins the group.
    func subscribe() throws(PipelineError)
    /// Leaves the group; what is assigned is revoked through ``poll(_:)`` first.
    func unsubscribe() throws(PipelineError)
    /// Waits for what comes next.
    func poll(_ timeout: Duration) -> SourceEvent
    /// Reads exactly these partitions from these offsets; none of them is paused.
    func assign(_ start: [(partition: Int32, offset: Int64)]) throws(PipelineError)
    /// Reads nothing.
    func unassign() throws(PipelineError)
    func pause(_ partitions: [Int32]) throws(PipelineError)
    func resume(_ partitions: [Int32]) throws(PipelineError)
    /// A partition's first offset and the one behind its last.
    func watermarks(_ partition: Int32) throws(PipelineError) -> (low: Int64, high: Int64)
    /// Tells Kafka how far we are, for lag tools only.
    func commit(_ next: [(partition: Int32, offset: Int64)])
    /// Leaves and ends; false if that took too long.
    func close(within limit: Duration) -> Bool
    /// Records dropped because their offset did not grow.
    var regressions: Int { get }
}

/// What one poll brought.
enum SourceEvent: Sendable {
    case nothing
    case record(SourceRecord)
    /// The partition is read up to here.
    case end(partition: Int32, offset: Int64)
    case assigned([Int32])
    /// `lost`: others may own them already.
    case revoked([Int32], lost: Bool)
    /// Something to know about; polling goes on.
    case trouble(String)
    /// This source is of no use any more.
    case failed(PipelineError)
}
