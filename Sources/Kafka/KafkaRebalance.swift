/// What the group tells a consumer; each must be answered on the polling thread before the next poll.
public enum KafkaRebalance: Sendable, Equatable {
    /// Take these partitions: claim them, then ``KafkaConsumer/assign(_:)`` with the offsets to start at.
    case assigned([Int32])
    /// Give these up: finish what is under way, then ``KafkaConsumer/unassign()``.
    ///
    /// `lost`: others may own them already; nothing more may be written for them.
    case revoked([Int32], lost: Bool)
    /// The group could not agree; answer with ``KafkaConsumer/unassign()``.
    case failed(KafkaError)
}
