import Kafka
import Testing

extension AllKafkaTests {
    @Suite struct KafkaConfigurationTests {
        struct Case: Sendable, CustomTestStringConvertible {
            let role: KafkaRole
            let key: String
            let value: String
            var testDescription: String { "\(role) \(key)" }
        }

        @Test(arguments: [
            Case(role: .producer, key: "acks", value: "1"),
            Case(role: .producer, key: "request.required.acks", value: "1"),
            Case(role: .producer, key: "enable.idempotence", value: "false"),
            Case(role: .producer, key: "delivery.timeout.ms", value: "5"),
            Case(role: .producer, key: "partitioner", value: "random"),
            Case(role: .producer, key: "transactional.id", value: "x"),
            Case(role: .producer, key: "metadata.broker.list", value: "elsewhere:1"),
            Case(role: .producer, key: "no.such.option", value: "x"),
            Case(role: .producer, key: "linger.ms", value: "secret-value"),
            Case(role: .consumer, key: "auto.offset.reset", value: "earliest"),
            Case(role: .consumer, key: "partition.assignment.strategy", value: "cooperative-sticky"),
            Case(role: .consumer, key: "enable.auto.commit", value: "true"),
            Case(role: .consumer, key: "isolation.level", value: "read_uncommitted"),
        ])
        func anOptionThatCannotBeIsAUsageErrorNamingTheKey(_ it: Case) throws {
            try expectingNoLeak {
                let configuration = KafkaConfiguration(options: [("debug", "generic"), (it.key, it.value)])
                let error = #expect(throws: KafkaError.self) { try configuration.validate(for: it.role) }
                #expect(error?.isUsage == true)
                #expect(error?.description.contains("--kafka-option \(it.key):") == true)
                #expect(error?.description.contains(it.value) == false || it.value.count < 3)
                #expect(error?.description.contains("\n") == false)
            }
        }

        @Test func groupAndSessionAreFixedWhenAConsumerIsMade() throws {
            try expectingNoLeak {
                for option in [("group.id", "other"), ("session.timeout.ms", "1000")] {
                    let error = #expect(throws: KafkaError.self) {
                        _ = try KafkaConsumer(
                            configuration: KafkaConfiguration(options: [option]), topic: "t", group: "g")
                    }
                    #expect(error?.isUsage == true && error?.message.contains(option.0) == true)
                }
            }
        }

        @Test func aHandleThatIsStillHeldIsCounted() throws {
            var held: KafkaProducer?
            let left = try LiveHandles.counting { held = try KafkaProducer(configuration: KafkaConfiguration()) }
            #expect(left == 1, "the client")
            #expect(held != nil)
        }

        @Test func sameValuesAndFreeKeysAreAccepted() throws {
            let configuration = KafkaConfiguration(
                options: [("acks", "all"), ("compression.type", "lz4"), ("linger.ms", "1"), ("client.id", "me")])
            try configuration.validate(for: .producer)
        }

        @Test func valuesThatDoNotFitTogetherAreAUsageErrorWithoutALeak() throws {
            try expectingNoLeak {
                // accepted one by one, refused when the client is made
                let configuration = KafkaConfiguration(options: [("max.in.flight", "100")])
                let error = #expect(throws: KafkaError.self) { _ = try KafkaProducer(configuration: configuration) }
                #expect(error?.isUsage == true)
                #expect(error?.message.contains("max.in.flight") == true)
            }
        }
    }
}
