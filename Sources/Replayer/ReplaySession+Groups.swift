import JSONText
import Kafka

extension ReplaySession {
    /// Waits until a consumer group has a member.
    ///
    /// - Returns: false if it was told to stop first.
    func awaitMember(of group: String) throws(ReplayError) -> Bool {
        log.say(.info, "wait-group", ["group": .string(group)])
        let admin: KafkaAdmin
        do throws(KafkaError) {
            admin = try KafkaAdmin(configuration: configuration.kafka, log: kafkaLog)
        } catch {
            throw .kafka(error)
        }
        while !isStopRequested.load(ordering: .relaxed) {
            let members: Int?
            do throws(KafkaError) {
                members = try admin.members(ofGroup: group, within: configuration.contactTimeout)
            } catch {
                throw .kafka(error)
            }
            guard let members else {
                throw .badOption(
                    name: "--wait-group", given: group,
                    accepted: "groups of a real Kafka: an embedded broker describes none")
            }
            if members > 0 { return true }
            time.wait(until: time.now() + 200_000_000)
        }
        return false
    }

    /// Waits until a group has committed everything that was published.
    ///
    /// - Returns: false if it was told to stop first.
    func awaitConsumption(by group: String, of engine: ReplayEngine) throws(ReplayError) -> Bool {
        log.say(.info, "until-consumed", ["group": .string(group)])
        do throws(KafkaError) {
            let consumer = try KafkaConsumer(
                configuration: configuration.kafka, topic: configuration.topic, group: group, log: kafkaLog)
            defer { _ = consumer.close(within: .seconds(5)) }
            var left = engine.outbox.partitionEnds.indices.filter { engine.outbox.partitionEnds[$0] > 0 }
            while !left.isEmpty {
                guard !isStopRequested.load(ordering: .relaxed) else { return false }
                var behind: [Int] = []
                for partition in left {
                    let offset = try consumer.committed(
                        partition: Int32(clamping: partition), timeout: configuration.contactTimeout)
                    if offset ?? 0 < engine.outbox.partitionEnds[partition] { behind.append(partition) }
                }
                left = behind
                if !left.isEmpty { time.wait(until: time.now() + 200_000_000) }
            }
        } catch {
            throw .kafka(error)
        }
        return true
    }
}
