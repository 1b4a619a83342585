/// What one poll brought.
public enum KafkaPoll: ~Copyable {
    /// A record; offsets of a partition only grow.
    case message(KafkaMessage)
    /// The partition is read up to here: `offset` is that of the next record to come.
    case endOfPartition(partition: Int32, offset: Int64)
    /// The group's word; answer it before polling again.
    case rebalance(KafkaRebalance)
    /// Something to know about; polling goes on unless it is fatal.
    case failure(KafkaError)
    /// The time is over.
    case nothing
}
