import Foundation
import Kafka
import Sandbox
import TestSupport
import Testing

/// A folder with Kafka's `libs`, from the environment; says aloud when there is none.
let kafkaHome: String? = {
    if let home = ProcessInfo.processInfo.environment["KAFKA_HOME"], !home.isEmpty { return home }
    FileHandle.standardError.write(Data("SKIPPED: tests against a real Kafka (set KAFKA_HOME)\n".utf8))
    return nil
}()

extension AllKafkaTests {
    /// Against a real Apache Kafka.
    @Suite(.enabled(if: kafkaHome != nil)) struct LiveKafkaTests {
        private func withServer(_ body: (KafkaServer) throws -> Void) throws {
            let folder = try TemporaryFolder("kafka")
            let server = try KafkaServer.start(folder: folder.path, home: try #require(kafkaHome))
            defer { server.stop() }
            try body(server)
        }

        @Test func topicsAreMadeAndKeepTheirPartitionsAndTheClusterItsName() throws {
            try withServer { server in
                let admin = try KafkaAdmin(configuration: KafkaConfiguration(brokers: server.bootstrap))
                #expect(try admin.partitions(of: "t", within: .seconds(20)) == nil)
                #expect(try admin.partitions(of: "t", within: .seconds(20)) == nil, "asking made none")
                #expect(try admin.createTopic("t", partitions: 7, within: .seconds(20)) == 7)
                #expect(try admin.createTopic("t", partitions: 3, within: .seconds(20)) == 7)
                let id = try admin.clusterID(within: .seconds(20))
                server.kill()
                try server.restart()
                let again = try KafkaAdmin(configuration: KafkaConfiguration(brokers: server.bootstrap))
                #expect(try again.clusterID(within: .seconds(30)) == id)
                #expect(try again.partitions(of: "t", within: .seconds(20)) == 7)
                let error = #expect(throws: KafkaError.self) {
                    try again.createTopic("bad name", partitions: 1, within: .seconds(20))
                }
                #expect(error?.description.contains("bad name") == true)
            }
        }

        @Test func aBrokerThatIsKilledCostsNoRecordAndNoOrder() throws {
            try expectingNoLeak {
                try withServer { server in
                    let admin = try KafkaAdmin(configuration: KafkaConfiguration(brokers: server.bootstrap))
                    try admin.createTopic("t", partitions: 1, within: .seconds(20))
                    let producer = try KafkaProducer(configuration: KafkaConfiguration(brokers: server.bootstrap))
                    let topic = try producer.topic("t")
                    var reports: [KafkaDeliveryReport] = []
                    for round in 0..<3 {
                        for number in 0..<10_000 {
                            let value = "\(round * 10_000 + number)"
                            while produce(producer, to: topic, partition: 0, value: value, token: 0) == .queueFull {
                                producer.drain(into: &reports, timeout: .milliseconds(100))
                            }
                            if number == 5000 {
                                server.kill()
                                try server.restart()
                            }
                        }
                    }
                    #expect(producer.flush(into: &reports, within: .seconds(60)))
                    #expect(producer.fatalError == nil)
                    #expect(reports.count == 30_000 && reports.allSatisfy(\.isAcknowledged))
                    let consumer = try KafkaConsumer(
                        configuration: KafkaConfiguration(brokers: server.bootstrap), topic: "t", group: "g")
                    var values: [Int] = []
                    try readToEnd(consumer, [(0, 0)]) { values.append(Int(String(utf8: $0.value)) ?? -1) }
                    #expect(values == Array(0..<30_000))
                    #expect(consumer.close(within: .seconds(20)))
                }
            }
        }

        @Test func aGroupFormsReadsAndGoesOn() throws {
            try expectingNoLeak {
                try withServer { server in
                    let configuration = KafkaConfiguration(brokers: server.bootstrap)
                    let admin = try KafkaAdmin(configuration: configuration)
                    try admin.createTopic("t", partitions: 2, within: .seconds(20))
                    for partition in 0..<Int32(2) {
                        try publish(
                            (0..<1000).map(String.init), to: "t", partition: partition, brokers: server.bootstrap)
                    }
                    for start in [Int64(0), 400] {
                        let consumer = try KafkaConsumer(configuration: configuration, topic: "t", group: "g")
                        try consumer.subscribe()
                        var seen: [Int32: [Int64]] = [:]
                        var ends = 0
                        while ends < 2 {
                            switch consumer.poll(timeout: .seconds(1)) {
                            case .message(let message): seen[message.partition, default: []].append(message.offset)
                            case .endOfPartition: ends += 1
                            case .rebalance(.assigned(let partitions)):
                                #expect(partitions == [0, 1])
                                for partition in partitions {
                                    let bounds = try consumer.queryWatermarks(
                                        partition: partition, timeout: .seconds(10))
                                    #expect(bounds == (0, 1000))
                                    let next = try consumer.committed(partition: partition, timeout: .seconds(10))
                                    #expect(next == (start == 0 ? nil : start))
                                }
                                try consumer.assign(partitions.map { ($0, start) })
                            case .rebalance: try consumer.unassign()
                            case .failure(let error): throw error
                            case .nothing: break
                            }
                        }
                        #expect(seen == [0: Array(start..<1000), 1: Array(start..<1000)])
                        if start == 0 {
                            try consumer.commit([(0, 400), (1, 400)])
                            var committed: Int64?
                            while committed == nil {
                                committed = try consumer.committed(partition: 1, timeout: .seconds(10))
                                _ = consumer.poll(timeout: .milliseconds(20))
                            }
                        }
                        #expect(consumer.close(within: .seconds(20)))
                    }
                }
            }
        }
    }
}
