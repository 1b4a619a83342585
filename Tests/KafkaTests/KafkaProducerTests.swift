import Kafka
import Synchronization
import Testing

extension AllKafkaTests {
    @Suite struct KafkaProducerTests {
        @Test func aFullQueueIsAnAnswerAndPassesOnceReportsAreDrained() throws {
            try expectingNoLeak {
                let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 1)])
                let producer = try KafkaProducer(
                    configuration: KafkaConfiguration(
                        brokers: broker.directAddress, options: [("queue.buffering.max.messages", "10")]))
                let topic = try producer.topic("t")
                for token in 0..<10 { #expect(produce(producer, to: topic, value: "x", token: UInt(token)) == .queued) }
                #expect(produce(producer, to: topic, value: "x", token: 10) == .queueFull)
                #expect(producer.outstanding == 10)
                var reports: [KafkaDeliveryReport] = []
                #expect(producer.flush(into: &reports, within: .seconds(20)))
                #expect(reports.map(\.token) == Array(0..<10))
                #expect(produce(producer, to: topic, value: "x", token: 10) == .queued)
                #expect(producer.flush(into: &reports, within: .seconds(20)))
                #expect(reports.map(\.token) == Array(0...10))
            }
        }

        @Test func everyRecordHasOneReportInOrder() throws {
            let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 1)])
            let reports = try publish((0..<20_000).map(String.init), to: "t", brokers: broker.directAddress)
            #expect(reports.map(\.token) == (0..<20_000).map(UInt.init))
            #expect(reports.map(\.offset) == (0..<20_000).map(Int64.init))
        }

        @Test func aFatalErrorEndsOneProducerAndTheNextGoesOn() throws {
            try expectingNoLeak {
                let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 1)])
                broker.setRoundTripTime(.seconds(1))  // so that records are under way when it happens
                var reports: [KafkaDeliveryReport] = []
                try {
                    let producer = try KafkaProducer(configuration: KafkaConfiguration(brokers: broker.directAddress))
                    let topic = try producer.topic("t")
                    for token in 0..<100 {
                        #expect(produce(producer, to: topic, value: "x", token: UInt(token)) == .queued)
                    }
                    #expect(producer.fatalError == nil)
                    producer.injectFatalError()
                    let fatal = try #require(producer.fatalError)
                    #expect(fatal.isFatal && !fatal.isRetriable && fatal.name == "OUT_OF_ORDER_SEQUENCE_NUMBER")
                    #expect(produce(producer, to: topic, value: "x", token: 100) == .refused(fatal))
                    producer.abandon(into: &reports)
                    #expect(producer.outstanding == 0)
                }()
                #expect(reports.map(\.token).sorted() == Array(0..<100))
                #expect(reports.contains { !$0.isAcknowledged && $0.error != nil })
                let again = try publish(["y"], to: "t", brokers: broker.directAddress)
                #expect(again.map(\.isAcknowledged) == [true])
            }
        }

        @Test func flushingAgainstAnAbsentBrokerEndsInTime() throws {
            try expectingNoLeak {
                let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 1)])
                broker.goDown()
                let producer = try KafkaProducer(configuration: KafkaConfiguration(brokers: broker.directAddress))
                let topic = try producer.topic("t")
                #expect(produce(producer, to: topic, value: "x", token: 7) == .queued)
                var reports: [KafkaDeliveryReport] = []
                #expect(!producer.flush(into: &reports, within: .milliseconds(300)))
                #expect(reports.isEmpty && producer.outstanding == 1)
                broker.goUp()
                #expect(producer.flush(into: &reports, within: .seconds(30)))
                #expect(reports.map(\.token) == [7] && reports.allSatisfy(\.isAcknowledged))
            }
        }

        @Test func linesOfTheLibraryReachTheHandler() throws {
            let lines = Mutex<[KafkaLogLine]>([])
            do {
                let producer = try KafkaProducer(
                    configuration: KafkaConfiguration(brokers: "127.0.0.1:1")
                ) { line in lines.withLock { $0.append(line) } }
                var reports: [KafkaDeliveryReport] = []
                var errors: [KafkaError] = []
                for _ in 0..<100 where errors.isEmpty { errors = producer.drain(into: &reports, timeout: .seconds(1)) }
                #expect(errors.allSatisfy { $0.isUnreachable && $0.isRetriable && !$0.isFatal })
            }
            let failure = try #require(lines.withLock { $0 }.first { $0.facility == "FAIL" })
            #expect(failure.level == .error)
            #expect(failure.text.contains("127.0.0.1:1"))
        }
    }
}
