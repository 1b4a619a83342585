import Kafka

/// What became of the records that were handed over.
struct DeliveryCounts {
    /// Records handed to the sink, each counted once.
    var published = 0
    /// Records acknowledged.
    var acknowledged = 0
    /// Records thrown away because the queue was full.
    var dropped = 0
    /// Records that the broker refused for good, and why the first one.
    var refused = 0
    var firstRefusal: KafkaError?
    /// Sinks made anew after a fatal error, in all and since the last acknowledgement.
    var restarts = 0
    var restartsInARow = 0
    /// Records that may be in the log although they were handed over again.
    var possibleDuplicates = 0
}
