import Kafka
import Testing

extension AllKafkaTests {
    @Suite struct KafkaAdminTests {
        @Test func topicsAreCountedAndAskingMakesNone() throws {
            try expectingNoLeak {
                let broker = try EmbeddedBroker(
                    listen: "127.0.0.1:0", topics: [.init(name: "b", partitions: 3), .init(name: "a", partitions: 1)])
                let admin = try KafkaAdmin(configuration: KafkaConfiguration(brokers: broker.address))
                try admin.reachable(within: .seconds(20))
                #expect(try admin.partitions(of: "b", within: .seconds(20)) == 3)
                #expect(try admin.partitions(of: "none", within: .seconds(20)) == nil)
                #expect(try admin.partitions(of: "none", within: .seconds(20)) == nil)
                let topics = try admin.topics(within: .seconds(20))
                #expect(topics.map(\.name) == ["a", "b"] && topics.map(\.partitions) == [1, 3])
                let id = try admin.clusterID(within: .seconds(20))
                #expect(id.hasPrefix("mockCluster"))
                #expect(try admin.clusterID(within: .seconds(20)) == id)
            }
        }

        @Test func aMissingTopicOnTheEmbeddedBrokerIsMadeWithFourPartitionsOrRefused() throws {
            try expectingNoLeak {
                let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 2)])
                let admin = try KafkaAdmin(configuration: KafkaConfiguration(brokers: broker.directAddress))
                #expect(try admin.createTopic("t", partitions: 8, within: .seconds(20)) == 2)
                #expect(try admin.createTopic("new", partitions: 4, within: .seconds(20)) == 4)
                let error = #expect(throws: KafkaError.self) {
                    try admin.createTopic("other", partitions: 8, within: .seconds(20))
                }
                #expect(error?.description.contains("--topic other:8") == true)
            }
        }

        @Test func anAbsentBrokerIsNamedWithCauseAndRemedy() throws {
            try expectingNoLeak {
                let admin = try KafkaAdmin(configuration: KafkaConfiguration(brokers: "127.0.0.1:1"))
                let error = #expect(throws: KafkaError.self) { try admin.reachable(within: .milliseconds(1500)) }
                #expect(error?.isUnreachable == true)
                let text = error?.description ?? ""
                #expect(text.contains("brokers 127.0.0.1:1") && text.contains("refused") && text.contains("--brokers"))
                #expect(!text.contains("\n"))
            }
        }
    }

    @Suite struct EmbeddedBrokerTests {
        @Test func theForwarderLetsClientsStartAtAFixedAddress() throws {
            try expectingNoLeak {
                let first = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 1)])
                #expect(first.address != first.directAddress)
                let reports = try publish((0..<500).map(String.init), to: "t", brokers: first.address)
                #expect(reports.count == 500)
                let consumer = try KafkaConsumer(
                    configuration: KafkaConfiguration(brokers: first.address), topic: "t", group: "g")
                var count = 0
                try readToEnd(consumer, [(0, 0)]) { _ in count += 1 }
                #expect(count == 500)
                #expect(consumer.close(within: .seconds(20)))
            }
        }

        @Test func anAddressThatIsTakenIsNamedAndIsFreeAfterStop() throws {
            try expectingNoLeak {
                let broker = try EmbeddedBroker(listen: "127.0.0.1:0")
                let address = broker.address
                let error = #expect(throws: KafkaError.self) { _ = try EmbeddedBroker(listen: address) }
                #expect(error?.description.contains(address) == true)
                #expect(error?.description.contains("--listen") == true)
                broker.stop()
                let next = try EmbeddedBroker(listen: address)
                #expect(next.address == address)
            }
        }

        @Test(arguments: ["", "9092", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", "example.invalid:1", "::1:9092"])
        func anAddressThatCannotBeIsAUsageError(address: String) throws {
            try expectingNoLeak {
                let error = #expect(throws: KafkaError.self) { _ = try EmbeddedBroker(listen: address) }
                #expect(error?.isUsage == true)
            }
        }

        @Test func aRestartIsANewEmptyCluster() throws {
            for partitions in 2...3 {
                let broker = try EmbeddedBroker(
                    listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: partitions)])
                let admin = try KafkaAdmin(configuration: KafkaConfiguration(brokers: broker.address))
                #expect(try admin.partitions(of: "t", within: .seconds(20)) == partitions)
                #expect(try publish(["a"], to: "t", brokers: broker.address).map(\.offset) == [0])
            }
        }
    }
}
