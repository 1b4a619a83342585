import CRDKafka

extension KafkaAdmin {
    /// How many members a consumer group has at this moment; nil: an embedded broker, which describes no groups.
    ///
    /// - Parameters:
    ///   - group: the group's name.
    ///
    ///   - deadline: how long at most.
    /// - Returns: 0 also for a group that does not exist.
    /// - Throws: ``KafkaError`` if the cluster does not answer.
    public func members(ofGroup group: String, within deadline: Duration) throws(KafkaError) -> Int? {
        if try clusterID(within: deadline).hasPrefix(EmbeddedBroker.clusterIDPrefix) { return nil }
        var answer: UnsafePointer<rd_kafka_group_list>?
        let code = rd_kafka_list_groups(client.pointer, group, &answer, max(1, deadline.milliseconds))
        defer { if let answer { rd_kafka_group_list_destroy(answer) } }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let answer else {
            throw KafkaError(code, "group \(group): its members cannot be listed")
        }
        var members = 0
        for index in 0..<Int(answer.pointee.group_cnt) {
            let found = answer.pointee.groups[index]
            guard let name = found.group, String(cString: name) == group else { continue }
            guard found.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw KafkaError(found.err, "group \(group): its members cannot be listed")
            }
            members += Int(found.member_cnt)
        }
        return members
    }
}
