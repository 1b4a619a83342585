import Foundation
import Kafka
import Sandbox
import TestSupport
import Testing

extension AllKafkaTests {
    @Suite struct KafkaSnapshotTests {
        private func snapshot(_ broker: EmbeddedBroker, bufferBytes: Int = 64 << 20) throws -> KafkaSnapshot {
            try KafkaSnapshot(
                configuration: KafkaConfiguration(brokers: broker.directAddress, options: [quickFetches]), topic: "t",
                contact: .seconds(20), bufferBytes: bufferBytes)
        }

        private func all(_ snapshot: KafkaSnapshot, _ partition: Int) throws -> [String] {
            var values: [String] = []
            while let record = try snapshot.next(partition) { values.append(String(utf8: record.value)) }
            return values
        }

        @Test func itEndsWhereTheTopicEndedAtTheStart() throws {
            let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 3)])
            try publish(["a", "b"], to: "t", partition: 0, header: "h", brokers: broker.directAddress)
            try publish(["c"], to: "t", partition: 2, brokers: broker.directAddress)
            var snapshot = try snapshot(broker)
            try publish(["late"], to: "t", partition: 0, brokers: broker.directAddress)
            try publish(["late"], to: "t", partition: 1, brokers: broker.directAddress)
            #expect(snapshot.partitionCount == 3 && snapshot.size == 3 && snapshot.goneBefore == 0)
            for _ in 0..<2 {
                let first = try #require(try snapshot.next(0))
                #expect(String(utf8: first.header) == "h" && first.headerCount == 1 && first.offset == 0)
                #expect(try all(snapshot, 0) == ["b"])
                #expect(try all(snapshot, 1) == [] && all(snapshot, 2) == ["c"] && all(snapshot, 0) == [])
                #expect(snapshot.recordsRead == 3 && snapshot.gaps == 0)
                let again = try KafkaSnapshot(again: snapshot)
                #expect(snapshot.close(within: .seconds(20)))
                snapshot = again
            }
            #expect(snapshot.close(within: .seconds(20)))
        }

        /// Far more than the buffers hold, read one partition after the other: the others must wait without a loss.
        @Test func fullBuffersPauseAndLoseNothing() throws {
            let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 3)])
            let filler = String(repeating: "x", count: 1_000)
            for partition in 0..<Int32(3) {
                try publish(
                    (0..<1_500).map { "\($0) \(filler)" }, to: "t", partition: partition, brokers: broker.directAddress)
            }
            let snapshot = try snapshot(broker, bufferBytes: 1)
            for partition in [2, 0, 1] {
                let numbers = try all(snapshot, partition).map { Int($0.prefix { $0 != " " }) }
                #expect(numbers == Array(0..<1_500))
            }
            #expect(snapshot.close(within: .seconds(20)))
        }

        @Test func aBrokerThatGoesAwayIsAnErrorThatSaysWhere() throws {
            let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 1)])
            for value in ["a", "b", "c"] { try publish([value], to: "t", brokers: broker.directAddress) }
            // The first record is fetched at once, the others when it is taken: only then is the broker missed.
            let snapshot = try KafkaSnapshot(
                configuration: KafkaConfiguration(
                    brokers: broker.directAddress, options: [("queued.min.messages", "1")]), topic: "t",
                contact: .seconds(20), patience: .milliseconds(500))
            broker.goDown()
            let error = #expect(throws: KafkaError.self) { _ = try all(snapshot, 0) }
            #expect(error?.description.contains("topic t, partition 0") == true)
            #expect(error?.description.contains("check that the broker runs") == true)
        }

        @Test func aTopicThatIsNotThereIsNamed() throws {
            let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [])
            let error = #expect(throws: KafkaError.self) { _ = try snapshot(broker) }
            #expect(error?.isMissingTopic == true && error?.description.contains("topic t") == true)
        }

        /// Ends of transactions take offsets without being records, and what is not committed is none.
        @Test(.enabled(if: kafkaHome != nil)) func transactionsLeaveOffsetsWithoutRecords() throws {
            let folder = try TemporaryFolder("kafka")
            let home = try #require(kafkaHome)
            let server = try KafkaServer.start(folder: folder.path, home: home)
            defer { server.stop() }
            let run = try CommandRun.program(
                try SandboxPrograms.java(),
                [
                    "-cp", "\(home)/libs/*", "org.apache.kafka.tools.ProducerPerformance", "--topic", "t",
                    "--num-records", "200", "--record-size", "20", "--throughput", "1000", "--transactional-id", "x",
                    "--transaction-duration-ms", "50", "--bootstrap-server", server.bootstrap,
                ])
            try #require(run.status == 0, "\(run.errorText)\(run.outputText)")
            let snapshot = try KafkaSnapshot(
                configuration: KafkaConfiguration(brokers: server.bootstrap), topic: "t", contact: .seconds(20))
            var count = 0
            for partition in 0..<snapshot.partitionCount { count += try all(snapshot, partition).count }
            #expect(count == 200 && snapshot.gaps > 0 && snapshot.size == 200 + snapshot.gaps)
            #expect(snapshot.close(within: .seconds(20)))
        }
    }
}
