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

        /// A run of records whose values have these sizes; the header of each is its number.
        private func run(
            _ sizes: [Int], timestamp: Int64? = nil
        ) -> (run: KafkaRecordRun, values: [UInt8], headers: [UInt8]) {
            var (run, values, headers) = (KafkaRecordRun(), [UInt8](), [UInt8]())
            for (index, size) in sizes.enumerated() {
                let header = Array("\(index)".utf8)
                run.append(
                    key: 0..<1, value: values.count..<values.count + size,
                    header: headers.count..<headers.count + header.count, timestamp: timestamp)
                values += [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: size)
                headers += header
            }
            return (run, values, headers)
        }

        @Test(arguments: [nil, 1_723_210_200_734])
        func aRunArrivesInOrderWithItsHeaders(timestamp: Int64?) throws {
            try expectingNoLeak {
                let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 1)])
                let producer = try KafkaProducer(configuration: KafkaConfiguration(brokers: broker.directAddress))
                let topic = try producer.topic("t")
                // Longer than a batch of librdkafka's, with large records in between that go alone, and an empty one.
                let sizes = (0..<300).map { $0 % 97 == 40 ? 40_000 : $0 == 7 ? 0 : 10 + $0 % 5 }
                let (run, values, headers) = run(sizes, timestamp: timestamp)
                let (taken, outcome) = producer.produce(
                    run, to: topic, keys: [65].span, values: values.span, headers: headers.span, token: 1000)
                #expect(taken == 300 && outcome == .queued)
                var reports: [KafkaDeliveryReport] = []
                #expect(producer.flush(into: &reports, within: .seconds(20)))
                #expect(reports.map(\.token) == Array(1000..<1300))
                let consumer = try KafkaConsumer(
                    configuration: KafkaConfiguration(brokers: broker.directAddress), topic: "t", group: "g")
                var seen: [(size: Int, header: String?)] = []
                try readToEnd(consumer, [(0, 0)]) { message in
                    #expect(message.value?.allSatisfy { $0 == UInt8(truncatingIfNeeded: seen.count) } == true)
                    #expect(String(utf8: message.key) == "A" && message.headers.count == 1)
                    if let timestamp { #expect(message.timestamp == timestamp) }
                    seen.append((message.value?.count ?? -1, String(utf8: message.headers.first?.value)))
                }
                #expect(seen.map(\.size) == sizes)
                #expect(seen.map(\.header) == (0..<300).map(String.init))
                #expect(consumer.close(within: .seconds(20)))
            }
        }

        @Test func aRunStopsWhereTheQueueIsFull() throws {
            let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 1)])
            let producer = try KafkaProducer(
                configuration: KafkaConfiguration(
                    brokers: broker.directAddress, options: [("queue.buffering.max.messages", "100")]))
            let topic = try producer.topic("t")
            let (run, values, headers) = run(Array(repeating: 10, count: 300))
            let (taken, outcome) = producer.produce(
                run, to: topic, keys: nil, values: values.span, headers: headers.span, token: 0)
            #expect(taken == 100 && outcome == .queueFull)
            var reports: [KafkaDeliveryReport] = []
            #expect(producer.flush(into: &reports, within: .seconds(20)))
            #expect(reports.map(\.token) == Array(0..<100))
        }

        @Test func aRunStopsAtARecordThatIsTooLarge() throws {
            let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 1)])
            let producer = try KafkaProducer(configuration: KafkaConfiguration(brokers: broker.directAddress))
            let topic = try producer.topic("t")
            let (run, values, headers) = run((0..<100).map { $0 == 50 ? 2_000_000 : 10 })
            let (taken, outcome) = producer.produce(
                run, to: topic, keys: nil, values: values.span, headers: headers.span, token: 0)
            guard case .refused(let error) = outcome else { Issue.record("it was taken"); return }
            #expect(taken == 50 && error.name == "MSG_SIZE_TOO_LARGE")
            var reports: [KafkaDeliveryReport] = []
            #expect(producer.flush(into: &reports, within: .seconds(20)))
            #expect(reports.map(\.token) == Array(0..<50))
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
