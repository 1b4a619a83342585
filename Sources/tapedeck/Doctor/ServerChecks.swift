import Diagnostics
import Kafka
import Mongo

/// What the doctor asks servers.
enum ServerChecks {
    /// Broker and topic.
    static func kafka(_ configuration: KafkaConfiguration, topic: String, within time: Duration) -> [Finding] {
        let brokers = configuration.brokers
        do throws(KafkaError) {
            let admin = try KafkaAdmin(configuration: configuration)
            let topics = try admin.topics(within: time)
            var findings = [Finding(.good, "broker", "\(brokers) answers, \(topics.count) topics")]
            if let found = topics.first(where: { $0.name == topic }) {
                findings.append(Finding(.good, "topic", "\(topic), \(found.partitions) partitions"))
            } else {
                findings.append(
                    Finding(
                        .doubtful, "topic", "\(topic) does not exist",
                        remedy: "create it, or use --partitions N with record or replay"))
            }
            return findings
        } catch {
            // The error names the remedy itself.
            return [Finding(.bad, "broker", Redaction.urls(in: "\(error)"))]
        }
    }

    /// MongoDB.
    static func mongo(_ configuration: MongoConfiguration) -> Finding {
        do {
            let info = try MongoPool(configuration).serverInfo()
            switch info.kind {
            case .standalone:
                return Finding(
                    .good, "mongodb", "\(info.version), standalone (a replica set would survive the loss of a machine)")
            case .replicaSet(let name): return Finding(.good, "mongodb", "\(info.version), replica set \(name)")
            case .sharded: return Finding(.good, "mongodb", "\(info.version), sharded")
            }
        } catch {
            return Finding(.bad, "mongodb", Redaction.urls(in: "\(error)"))
        }
    }
}
