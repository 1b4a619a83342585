import Foundation
import Kafka
import TestSupport

@testable import Pipeline

/// A broker for the tests of this target: a real Kafka where `KAFKA_HOME` or `TAPEDECK_BROKERS` names one, else embedded.
enum LiveBroker {
    private static let isReal = ["KAFKA_HOME", "TAPEDECK_BROKERS"].contains {
        ProcessInfo.processInfo.environment[$0]?.isEmpty == false
    }
    private static let embedded = Result { try EmbeddedBroker(listen: "127.0.0.1:0") }

    static func address() throws -> String {
        isReal ? try TestServers.brokers() : try embedded.get().address
    }

    /// Makes a topic of its own and fills it, each record in the partition that it names.
    static func topic(_ records: [SourceRecord], partitions: Int) throws -> String {
        let name = "pipeline-\(getpid())-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        if isReal {
            let admin = try KafkaAdmin(configuration: KafkaConfiguration(brokers: try address()))
            try admin.createTopic(name, partitions: partitions, within: .seconds(30))
        } else {
            try embedded.get().createTopic(name, partitions: partitions)
        }
        try publish(records, to: name)
        return name
    }

    /// Publishes records, each to the partition that it names.
    ///
    /// Timestamps are those of publishing: a real broker deletes what looks old.
    static func publish(_ records: [SourceRecord], to name: String) throws {
        let producer = try KafkaProducer(configuration: KafkaConfiguration(brokers: try address()))
        let topic = try producer.topic(name)
        var reports: [KafkaDeliveryReport] = []
        for record in records {
            let key = record.key ?? []
            let value = record.value ?? []
            let header = record.headers.first?.value ?? []
            while true {
                let outcome = producer.produce(
                    to: topic, partition: record.partition, key: record.key == nil ? nil : key.span,
                    value: record.value == nil ? nil : value.span,
                    header: record.headers.isEmpty ? nil : header.span, token: 1)
                if outcome == .queued { break }
                guard outcome == .queueFull else { throw PipelineError(.source, "not published: \(outcome)") }
                producer.drain(into: &reports, timeout: .milliseconds(100))
            }
        }
        guard producer.flush(into: &reports, within: .seconds(60)), reports.allSatisfy(\.isAcknowledged) else {
            throw PipelineError(.source, "not all records were acknowledged")
        }
    }
}
