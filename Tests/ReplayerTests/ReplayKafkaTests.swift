import Kafka
import TestSupport
import Testing
import TradeModel

@testable import Replayer

/// Against librdkafka itself and the embedded broker, which forgets beyond 5 MB a partition: small tapes.
@Suite(.timeLimit(.minutes(3))) struct ReplayKafkaTests {
    struct Seen {
        var key: String?
        var value: String
        var identity: RecordIdentity?
    }

    /// All records of a topic, by partition.
    private func read(_ broker: EmbeddedBroker, _ topic: String, partitions: Int32) throws -> [[Seen]] {
        let consumer = try KafkaConsumer(
            configuration: KafkaConfiguration(brokers: broker.directAddress), topic: topic, group: "reader")
        try consumer.assign((0..<partitions).map { ($0, 0) })
        var seen = [[Seen]](repeating: [], count: Int(partitions))
        var open = Set(0..<partitions)
        while !open.isEmpty {
            switch consumer.poll(timeout: .seconds(1)) {
            case .message(let message):
                let identity = message.withHeader(.tape) { span, _ -> RecordIdentity? in
                    guard let span else { return nil }
                    return try? RecordIdentity(parsing: span)
                }
                let key = message.key.map { String(decoding: $0, as: UTF8.self) }
                let value = String(decoding: message.value ?? [], as: UTF8.self)
                seen[Int(message.partition)].append(Seen(key: key, value: value, identity: identity))
            case .endOfPartition(let partition, _): open.remove(partition)
            case .failure(let error): throw error
            default: break
            }
        }
        #expect(consumer.close(within: .seconds(20)))
        return seen
    }

    @Test func everythingArrivesInOrderOfItsKeyWithAMarkerInEachPartition() throws {
        let folder = try TemporaryFolder("kafka")
        let symbols = ["AAPL", "MSFT", "BINANCE:BTCUSDT", "IC MARKETS:1", "X", "Y", "Z"]
        let path = try TestTape.even(7000, every: 1000, symbols: symbols, to: folder.file("a.jsonl.gz"))
        let broker = try EmbeddedBroker(listen: "127.0.0.1:0")
        var configuration = ReplayConfiguration(tapes: [path], speed: .maximum, endMarker: true)
        configuration.kafka.brokers = broker.address
        configuration.partitions = 4
        let report = try ReplaySession(configuration: configuration).run()
        #expect(report.published == 7000 && report.acknowledged == 7000 && report.outcome == .done)
        #expect(report.symbols.map(\.acknowledged) == Array(repeating: 1000, count: 7))
        #expect(report.symbols.map(\.symbol) == symbols.sorted())
        #expect(report.endMarkers == 4)

        let partitions = try read(broker, "raw_data", partitions: 4)
        #expect(partitions.reduce(0) { $0 + $1.count } == 7004)
        var homes: [String: Set<Int>] = [:]
        for (number, records) in partitions.enumerated() {
            #expect(records.last?.value == #"{"type":"end","stream":"s1","seq":7000}"#)
            #expect(records.last.map { $0.key == nil && $0.identity == nil } == true)
            let sequences = records.dropLast().compactMap(\.identity?.sequence)
            #expect(sequences == sequences.sorted() && sequences.count == records.count - 1)
            for record in records.dropLast() {
                homes[record.key ?? "", default: []].insert(number)
                let sequence = Int(record.identity?.sequence ?? 0)
                #expect(record.value == TestTape.object(symbols[(sequence - 1) % 7], "\(sequence)"))
            }
        }
        #expect(homes.count == 7 && homes.values.allSatisfy { $0.count == 1 })
    }

    /// confluentinc/librdkafka#3584: a dead producer must not be the end.
    @Test func anInjectedFatalErrorLosesNothingAndKeepsOrder() throws {
        let folder = try TemporaryFolder("fatal")
        let path = try TestTape.even(3000, every: 1000, to: folder.file("a.jsonl.gz"))
        let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "raw_data", partitions: 2)])
        broker.setRoundTripTime(.milliseconds(300))  // so that records are under way when it happens
        let sink = try FailingSink(
            KafkaSink(
                configuration: KafkaConfiguration(brokers: broker.directAddress), topic: "raw_data", log: { _ in }),
            at: [500, 2000])
        let session = ReplaySession(
            configuration: ReplayConfiguration(tapes: [path], speed: .maximum, endMarker: true))
        let report = try session.play(try tapeReader(path), into: sink, partitions: 2)
        #expect(report.producerRestarts == 2)
        #expect(report.published == 3000 && report.acknowledged == 3000 && report.endMarkers == 2)
        let partitions = try read(broker, "raw_data", partitions: 2)
        var total: Set<Int64> = []
        var count = 0
        for records in partitions {
            var first: Set<Int64> = []
            let sequences = records.compactMap(\.identity?.sequence)
            count += sequences.count
            let firsts = sequences.filter { first.insert($0).inserted }
            #expect(firsts == firsts.sorted(), "first occurrences in tape order")
            total.formUnion(first)
        }
        #expect(total.count == 3000)
        #expect(count - 3000 <= report.possibleDuplicates)
    }

    @Test func aMissingTopicIsAnErrorThatSaysWhatToDo() throws {
        let folder = try TemporaryFolder("missing")
        let path = try TestTape.even(3, every: 1000, to: folder.file("a.jsonl.gz"))
        let broker = try EmbeddedBroker(listen: "127.0.0.1:0")
        var configuration = ReplayConfiguration(tapes: [path], topic: "nowhere", speed: .maximum)
        configuration.kafka.brokers = broker.address
        let error = #expect(throws: ReplayError.self) { try ReplaySession(configuration: configuration).run() }
        #expect(error == .missingTopic("nowhere", brokers: broker.address))
        #expect(error?.description.contains("--partitions") == true)
    }

    @Test func anAbsentBrokerIsNamed() throws {
        let folder = try TemporaryFolder("absent")
        let path = try TestTape.even(3, every: 1000, to: folder.file("a.jsonl.gz"))
        var configuration = ReplayConfiguration(tapes: [path], speed: .maximum)
        configuration.kafka.brokers = "127.0.0.1:1"
        configuration.contactTimeout = .milliseconds(1500)
        let error = #expect(throws: ReplayError.self) { try ReplaySession(configuration: configuration).run() }
        #expect(error?.description.contains("127.0.0.1:1") == true)
        #expect(error?.description.contains("refused") == true)
    }

    @Test func aWindowIsHalfOpenAndRelativeToTheTapesStart() throws {
        let folder = try TemporaryFolder("window")
        let path = try TestTape.even(100, every: 1_000_000, to: folder.file("a.jsonl.gz"))
        let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "raw_data", partitions: 1)])
        var configuration = ReplayConfiguration(tapes: [path], speed: .maximum)
        configuration.kafka.brokers = broker.directAddress
        configuration.start = .offset(10_000_000)
        configuration.end = .instant(TestTape.start + 20_000_000)
        let report = try ReplaySession(configuration: configuration).run()
        #expect(report.acknowledged == 10)
        let records = try read(broker, "raw_data", partitions: 1)[0]
        #expect(records.compactMap(\.identity?.sequence) == Array(11...20))
    }
}
