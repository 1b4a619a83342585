import Foundation
import Kafka
import Replayer
import Sandbox
import Tape
import TestSupport
import Testing
import TradeModel

@testable import Recorder

/// `record --publish` against a broker that goes and comes back.
@Suite(.serialized) struct PublishingTests {
    /// A record as it was read back.
    private struct Record {
        let partition: Int32
        let offset: Int64
        let key: [UInt8]?
        let value: [UInt8]?
        let headers: [(name: String, value: [UInt8]?)]
    }

    /// All records of a topic, by partition and offset.
    private func read(_ topic: String, _ brokers: String, count: Int) throws -> [Record] {
        let configuration = KafkaConfiguration(brokers: brokers)
        let partitions = try #require(
            try KafkaAdmin(configuration: configuration).partitions(of: topic, within: .seconds(10)))
        let consumer = try KafkaConsumer(configuration: configuration, topic: topic, group: "reader")
        defer { _ = consumer.close(within: .seconds(5)) }
        try consumer.assign((0..<partitions).map { (partition: Int32($0), offset: 0) })
        var records: [Record] = []
        var ended: Set<Int32> = []
        let deadline = ContinuousClock.now + .seconds(60)
        while ended.count < partitions || records.count < count, ContinuousClock.now < deadline {
            switch consumer.poll(timeout: .milliseconds(200)) {
            case .message(let message):
                records.append(
                    Record(
                        partition: message.partition, offset: message.offset, key: message.key, value: message.value,
                        headers: message.headers))
                ended.remove(message.partition)
            case .endOfPartition(let partition, offset: _): ended.insert(partition)
            default: continue
            }
        }
        return records.sorted { ($0.partition, $0.offset) < ($1.partition, $1.offset) }
    }

    /// What the topic must hold: for each symbol the identities of its trades, in the tape's order.
    private func expected(_ tapes: [String]) throws -> [String: [String]] {
        var identities: [String: [String]] = [:]
        var decoder = FinnhubFrameDecoder()
        for tape in tapes {
            let reader = try TapeReader(paths: [tape], configuration: .init(workers: 1))
            while let batch = try reader.next() {
                for line in batch.lines where line.kind == .frame {
                    _ = try? decoder.decode(batch.text.span.extracting(line.body))
                    for trade in decoder.trades {
                        let identity = RecordIdentity(
                            stream: batch.header.stream, sequence: line.sequence, index: trade.index,
                            receive: line.receive, segment: line.segment)
                        var text: [UInt8] = []
                        identity.append(to: &text)
                        identities[trade.trade.symbol, default: []].append(String(decoding: text, as: UTF8.self))
                    }
                }
            }
        }
        return identities
    }

    private func published(_ messages: [Record]) -> [String: [String]] {
        var identities: [String: [String]] = [:]
        for message in messages {
            let symbol = message.key.map { String(decoding: $0, as: UTF8.self) } ?? ""
            let header = message.headers.first { $0.name == "tape" }
            identities[symbol, default: []].append(header.map { String(decoding: $0.value ?? [], as: UTF8.self) } ?? "")
        }
        return identities
    }

    /// The topic as a tape, by the program itself, holds the tape's trades: each once, in order.
    private func expectImportEqual(_ bench: RecorderBench, _ topic: String, _ brokers: String) throws {
        let back = bench.folder.file("back.gz")
        let imported = try CommandRun.tapedeck(["tape", "import", "--kafka", topic, "--brokers", brokers, "-o", back])
        #expect(imported.status == 0, "\(imported.errorText)")
        let whole = bench.folder.file("whole.gz")
        #expect(try CommandRun.tapedeck(["tape", "merge"] + bench.tapes + ["-o", whole]).status == 0)
        for other in [back, "kafka:\(topic)"] {
            let diff = try CommandRun.tapedeck(["tape", "diff", "--by", "trades", whole, other, "--brokers", brokers])
            #expect(diff.status == 0 && diff.outputText.hasSuffix("equal\n"), "\(diff.outputText)\(diff.errorText)")
        }
    }

    private func publishing(_ brokers: String, _ topic: String, queueBytes: Int = 8 << 20) -> PublishConfiguration {
        PublishConfiguration(
            kafka: KafkaConfiguration(brokers: brokers), topic: topic, queueBytes: queueBytes,
            drainTimeout: .seconds(30))
    }

    @Test func whatIsOnTheTapeIsInTheTopicInOrder() throws {
        let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 3)])
        defer { broker.stop() }
        let feed = try NumberedFeed(burst: 50, pauseMicroseconds: 5000)
        defer { feed.stop() }
        let bench = try RecorderBench()
        let recorder = bench.run(
            try bench.configuration(feed.url) { $0.publish = publishing(broker.address, "t") })
        #expect(feed.wait { $0.sent > 2000 })
        feed.dropAll()
        #expect(feed.wait { $0.starts.count == 2 && $0.sent > $0.starts[1] + 1000 })
        let summary = try recorder.stop()
        let wanted = try expected(bench.tapes)
        let got = published(try read("t", broker.address, count: wanted.values.reduce(0) { $0 + $1.count }))
        #expect(got == wanted)
        #expect(summary.status.publish?.acknowledged == wanted["AAPL"]?.count)
        #expect(summary.status.publish?.lostLines == 0)
        try expectImportEqual(bench, "t", broker.address)
        // The gap shows in the records: a second segment.
        #expect(Set(wanted["AAPL"]?.compactMap { $0.split(separator: "|").last } ?? []).count == 2)
    }

    @Test(arguments: [8 << 20, 16 << 10]) func aBrokerThatIsAwayCostsABacklogAndNothingElse(queueBytes: Int) throws {
        let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 2)])
        defer { broker.stop() }
        let feed = try NumberedFeed(burst: 20, pauseMicroseconds: 5000)
        defer { feed.stop() }
        let bench = try RecorderBench()
        let recorder = bench.run(
            try bench.configuration(feed.url) {
                $0.publish = publishing(broker.address, "t", queueBytes: queueBytes)
                // Members are sealed while the backlog is read: it comes from tape and journal both.
                $0.capture.memberSize = 32 << 10
                $0.capture.rotateSize = 64 << 10
            })
        #expect(feed.wait { $0.sent > 500 })
        broker.goDown()
        let before = feed.state.sent
        #expect(bench.waitFor("warning publish-behind"))
        #expect(feed.wait { $0.sent > before + 2000 })
        broker.goUp()
        #expect(bench.waitFor("info publish-resumed"))
        let summary = try recorder.stop()
        let wanted = try expected(bench.tapes)
        let got = published(try read("t", broker.address, count: wanted.values.reduce(0) { $0 + $1.count }))
        #expect(got == wanted)
        #expect(!summary.hasLoss)
        let events = try bench.read().events
        #expect(events.contains { if case .publishBehind = $0 { true } else { false } })
        #expect(events.contains { if case .publishResumed = $0 { true } else { false } })
        #expect(!events.contains { if case .dropped = $0 { true } else { false } })
    }

    private static let kafkaHome: String? = {
        let home = ProcessInfo.processInfo.environment["KAFKA_HOME"]
        if home == nil { FileHandle.standardError.write(Data("SKIPPED: no KAFKA_HOME, no real Kafka\n".utf8)) }
        return home
    }()

    /// A real broker that is killed and restarted in the middle: no record may be missing, foreign or out of order.
    @Test(.enabled(if: kafkaHome != nil)) func aRealBrokerKilledInTheMiddleHasEverythingInTheEnd() throws {
        let folder = try TemporaryFolder("kafka")
        let server = try KafkaServer.start(folder: folder.path, home: try #require(Self.kafkaHome), partitions: 3)
        defer { server.stop() }
        let feed = try NumberedFeed(burst: 20, pauseMicroseconds: 5000)
        defer { feed.stop() }
        let bench = try RecorderBench()
        let recorder = bench.run(
            try bench.configuration(feed.url) {
                $0.publish = publishing(server.bootstrap, "t", queueBytes: 256 << 10)
                $0.publish?.partitions = 3
                $0.capture.memberSize = 32 << 10
            })
        #expect(feed.wait { $0.sent > 2000 })
        server.kill()
        #expect(bench.waitFor("warning publish-behind"))
        let before = feed.state.sent
        #expect(feed.wait { $0.sent > before + 2000 })
        try server.restart()
        #expect(bench.waitFor("info publish-resumed"))
        let summary = try recorder.stop()
        let wanted = try expected(bench.tapes)
        let got = published(try read("t", server.bootstrap, count: wanted.values.reduce(0) { $0 + $1.count }))
        // A producer made anew may have sent twice what a dying broker had stored; its identity tells.
        var seen: Set<String> = []
        let first = got.mapValues { $0.filter { seen.insert($0).inserted } }
        #expect(first == wanted)
        try expectImportEqual(bench, "t", server.bootstrap)
        let (records, identities) = (got.values.joined().count, first.values.joined().count)
        print("real Kafka, killed in the middle: \(records) records for \(identities) trades")
        #expect(!summary.hasLoss)
    }

    @Test func whatARunLeftIsPublishedBeforeAnythingNew() throws {
        let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 1)])
        defer { broker.stop() }
        let feed = try NumberedFeed(burst: 20, pauseMicroseconds: 5000)
        defer { feed.stop() }
        let bench = try RecorderBench()
        var publish = publishing(broker.address, "t")
        publish.drainTimeout = .milliseconds(100)
        broker.goDown()
        for _ in 0..<2 {
            let recorder = bench.run(try bench.configuration(feed.url) { $0.publish = publish })
            let before = feed.state.sent
            #expect(feed.wait { $0.sent > before + 300 })
            _ = try recorder.stop()
        }
        broker.goUp()
        publish.drainTimeout = .seconds(30)
        let recorder = bench.run(try bench.configuration(feed.url) { $0.publish = publish })
        let before = feed.state.sent
        #expect(feed.wait { $0.sent > before + 300 })
        #expect(bench.waitFor("info published-rest"))
        _ = try recorder.stop()
        #expect(bench.tapes.count == 3)
        let wanted = try expected(bench.tapes)
        let got = published(try read("t", broker.address, count: wanted.values.reduce(0) { $0 + $1.count }))
        #expect(got == wanted)
    }

    @Test func framesGoOutWholeWithoutKeyAndHeader() throws {
        let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 2)])
        defer { broker.stop() }
        let feed = try NumberedFeed(burst: 10, pauseMicroseconds: 2000, limit: 500)
        feed.prelude = [Array(#"{"type":"ping"}"#.utf8), Array("no JSON \u{2028}".utf8)]
        defer { feed.stop() }
        let bench = try RecorderBench()
        let recorder = bench.run(
            try bench.configuration(feed.url) {
                $0.publish = publishing(broker.address, "t")
                $0.publish?.form = .frames
            })
        #expect(feed.wait { $0.sent == 500 })
        feed.closeAll()
        #expect(bench.waitFor("warning disconnected"))
        _ = try recorder.stop()
        let messages = try read("t", broker.address, count: 502)
        #expect(messages.allSatisfy { $0.key == nil && $0.headers.isEmpty && $0.partition == 0 })
        let tape = try bench.read().messages
        #expect(messages.map { $0.value ?? [] } == tape)
    }

    @Test func anotherFormIsRefusedAndNamed() throws {
        let bench = try RecorderBench()
        let watermark = PublishWatermark(folder: bench.folder.path, name: "finnhub", topic: "t", form: .trades)
        #expect(watermark.save(.init(stream: "s", sequence: 7)) == nil)
        #expect(try watermark.load() == .init(stream: "s", sequence: 7))
        let other = PublishWatermark(folder: bench.folder.path, name: "finnhub", topic: "t", form: .frames)
        #expect(throws: RecorderError.self) { try other.load() }
        #expect(
            try PublishWatermark(folder: bench.folder.path, name: "finnhub", topic: "u", form: .frames).load() == nil)
    }
}
