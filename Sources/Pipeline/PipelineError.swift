/// Why the pipeline ended, in one line that names what, where and the remedy.
public struct PipelineError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Who must act, and how.
    public enum Kind: String, Sendable {
        /// An option that cannot be: exit 2.
        case usage
        /// Kafka no longer holds records that were not handled yet.
        case dataLoss = "data_loss"
        /// The topic is not the one that the checkpoint speaks of.
        case topicRecreated = "topic_recreated"
        /// The checkpoint, group or model belongs to something else.
        case mismatch
        /// The same input gave other bits: a defect of this program.
        case nondeterminism
        /// Another member owns the partition, again and again.
        case fenced
        /// MongoDB failed in a way that repeating does not cure, or for too long.
        case store
        /// Kafka failed in a way that repeating does not cure, or for too long.
        case source
        /// Stored documents cannot be read.
        case corrupt
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// What happened, where, and what to do.
    public let message: String

    /// Makes an error.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
