/// Why a record, or one trade of a frame, became a dead letter (pipeline.md, section 2).
public enum DeadLetterReason: String, Sendable, CaseIterable {
    /// Null value, or not one UTF-8 JSON object.
    case notJSON = "not_json"
    /// JSON, but neither trade, frame nor end marker.
    case unknownShape = "unknown_shape"
    /// `s`, `p`, `t` or `v` is absent.
    case missingField = "missing_field"
    /// A field of the wrong JSON type.
    case badType = "bad_type"
    /// The symbol is out of bounds.
    case badSymbol = "bad_symbol"
    /// The price is out of bounds.
    case badPrice = "bad_price"
    /// The volume is out of bounds.
    case badVolume = "bad_volume"
    /// The time is out of bounds; seconds instead of ms included.
    case badTime = "bad_time"
    /// A condition that is no string.
    case badConditions = "bad_conditions"
    /// A trade record whose header `tape` is absent, repeated or malformed.
    case badIdentity = "bad_identity"
    /// The key is not the symbol, in a topic of several partitions.
    case keyMismatch = "key_mismatch"
    /// A whole frame in a topic of several partitions.
    case frameInPartitionedTopic = "frame_in_partitioned_topic"
    /// The identity is stored already, with other content.
    case identityConflict = "identity_conflict"
    /// MongoDB refuses this document.
    case storeRejected = "store_rejected"

    /// Whether only MongoDB could tell; such records stay dead by what the claim reads.
    var isFromStore: Bool { self == .identityConflict || self == .storeRejected }
}
