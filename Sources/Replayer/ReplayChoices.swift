/// Which recorded time paces.
public enum ReplayPace: String, Sendable, CaseIterable {
    /// When a line was received: a frame's trades are due together.
    case receive
    /// The largest trade time so far, ignoring those over a minute ahead of their receipt; the tape's order stays.
    case trade
}

/// The Kafka timestamp of a record.
public enum RecordTimestamp: String, Sendable, CaseIterable {
    /// When it is handed over.
    case publish
    /// The trade's time; of a frame its largest.
    case trade
    /// When the line was received.
    case receive
}

/// What happens when Kafka's queue is full while there is a pace to keep.
public enum OverloadPolicy: String, Sendable, CaseIterable {
    /// The clock is held: nothing is lost, everything is late alike.
    case slow
    /// Records are thrown away and counted.
    case drop
    /// The replay fails.
    case fail
}
