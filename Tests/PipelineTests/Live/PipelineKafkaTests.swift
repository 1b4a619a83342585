import Foundation
import Mongo
import TestSupport
import Testing

@testable import Pipeline

/// Whole runs against a broker: embedded, or a real Kafka where `KAFKA_HOME` names one.
@Suite(.serialized) struct PipelineKafkaTests {
    @Test func everyTradeIsStoredAndASecondRunChangesNothing() async throws {
        let records = TestRecords.market(4_000)
        let live = try LivePipeline(topic: try LiveBroker.topic(records, partitions: 1))
        let first = try await live.run()
        #expect(first.records == 4_000)
        #expect(first.trades == 4_000)
        #expect(first.tradesInserted == 4_000)
        #expect(try live.pool.collection("trades").countDocuments() == 4_000)
        let counts = first.symbols.values
        #expect(counts.reduce(0) { $0 + $1.trades } == 4_000)
        for symbol in counts {
            let c = symbol.counts
            #expect(c.origins == c.scored + c.warmup + c.censored + Int64(symbol.pending))
            #expect(c.scored > 500)
        }
        let predictions = Int(counts.reduce(0) { $0 + $1.counts.scored + $1.counts.warmup + $1.counts.censored })
        #expect(try live.pool.collection("predictions").countDocuments() == predictions)
        #expect(try live.pool.collection("latest").countDocuments() == 3)
        let lines = try live.dump()
        // The same tape once more: only duplicates.
        try LiveBroker.publish(records, to: live.configuration.topic)
        let second = try await live.run()
        #expect(second.records == 4_000)
        #expect(second.trades == 0)
        #expect(second.duplicates == ["sim": 4_000])
        #expect(second.onlyDuplicates != nil)
        #expect(firstDifference(lines, try live.dump()) == nil)
    }

    /// The market over several partitions, each symbol in its own.
    static func spread(_ count: Int, partitions: Int32) -> [SourceRecord] {
        TestRecords.market(count, symbols: Int(partitions)).map { record in
            var record = record
            let symbol = record.key?.last.map { Int32($0 - UInt8(ascii: "0")) } ?? 0
            record.partition = symbol % partitions
            return record
        }
    }

    static func endMarkers(partitions: Int32) -> [SourceRecord] {
        (0..<partitions).map {
            TestRecords.record(#"{"type":"end","stream":"sim","seq":1}"#, partition: $0)
        }
    }

    @Test func twoMembersThatShareThePartitionsEqualOne() async throws {
        let records = Self.spread(6_000, partitions: 4)
        let topic = try LiveBroker.topic(Array(records.prefix(3_000)), partitions: 4)
        let pair = try LivePipeline(topic: topic) {
            $0.untilEnd = false
            $0.untilMarker = "sim"
            $0.checkpointRecords = 100
        }
        async let first = pair.run()
        // The second one joins a member at work, which has to let go of partitions.
        try await onThread {
            while try pair.pool.collection("trades").countDocuments() < 500 {}
        }
        async let second = pair.run()
        try await onThread {
            while try pair.pool.collection("checkpoints").countDocuments(["epoch": ["$gte": 2]]) == 0 {}
        }
        try LiveBroker.publish(Array(records.dropFirst(3_000)) + Self.endMarkers(partitions: 4), to: topic)
        let summaries = try await [first, second]
        #expect(summaries.reduce(0) { $0 + $1.records } == 6_004)
        #expect(summaries.allSatisfy { $0.claims > 0 })
        let alone = try LivePipeline(topic: topic) { $0.group = "alone" }
        let summary = try await alone.run()
        #expect(summary.trades == 6_000)
        #expect(firstDifference(Self.withoutGroup(try alone.dump()), Self.withoutGroup(try pair.dump())) == nil)
    }

    /// Dumps of two groups differ in the names of their checkpoints.
    static func withoutGroup(_ lines: [String]) -> [String] {
        lines.map { $0.replacingOccurrences(of: "\"alone|", with: "\"tapedeck|") }.sorted()
    }

    @Test func aMarkerThatWasHandledEarlierEndsTheNextRunAtOnce() async throws {
        let topic = try LiveBroker.topic(
            Self.spread(400, partitions: 4) + Self.endMarkers(partitions: 4), partitions: 4)
        let live = try LivePipeline(topic: topic) {
            $0.untilEnd = false
            $0.untilMarker = "sim"
        }
        #expect(try await live.run().records == 404)
        #expect(try live.pool.collection("predictions").countDocuments(["reason": "end"]) == 4)
        #expect(try await live.run().records == 0)
    }

    /// Each kill costs the session time-out: with a real Kafka, or `TAPEDECK_HEAVY=1`, only.
    static let takesKills = ["KAFKA_HOME", "TAPEDECK_HEAVY"].contains {
        ProcessInfo.processInfo.environment[$0]?.isEmpty == false
    }

    @Test(.enabled(if: takesKills, "needs KAFKA_HOME or TAPEDECK_HEAVY=1"))
    func tenKillsInTheGroupChangeNothing() async throws {
        let records = Self.spread(20_000, partitions: 4) + Self.endMarkers(partitions: 4)
        let topic = try LiveBroker.topic(records, partitions: 4)
        let alone = try LivePipeline(topic: topic)
        try await alone.run()
        let killed = try LivePipeline(topic: topic)
        let points: [FailPoint] = [
            .beforeOutputs, .midOutputs, .beforePredictions, .afterOutputs, .midStates, .beforeCheckpoint, .lostAck,
            .beforeCommit, .midClaim, .afterOutputs,
        ]
        let place = [
            try LiveBroker.address(), topic, killed.configuration.mongo.uri, killed.configuration.mongo.database,
        ]
        for (number, point) in points.enumerated() {
            // Offsets of a partition, about 5,000 long; a claim passes its point at what it finds.
            let armed = "\(point.rawValue)@\(point == .midClaim ? 0 : number * 400)"
            await #expect(processExitsWith: .signal(SIGKILL), "\(armed)") {
                [place = place as [String], armed = armed as String] in
                var configuration = PipelineConfiguration()
                configuration.kafka.brokers = place[0]
                configuration.topic = place[1]
                configuration.mongo.uri = place[2]
                configuration.mongo.database = place[3]
                configuration.untilEnd = true
                configuration.sessionTimeout = .seconds(6)
                configuration.forecast.warmup = 20
                configuration.batchRecords = 500
                configuration.checkpointRecords = 700
                _ = try PipelineRun(
                    configuration: configuration, log: .silent, environment: [FailPoints.variable: armed]
                ).run()
            }
        }
        try await killed.run()
        #expect(firstDifference(try alone.dump(), try killed.dump()) == nil)
    }

    @Test func aRequestToStopCheckpointsWhatWasHandled() async throws {
        let records = TestRecords.market(2_000)
        let live = try LivePipeline(topic: try LiveBroker.topic(records, partitions: 1)) { $0.untilEnd = false }
        let run = PipelineRun(configuration: live.configuration, log: LivePipeline.log, environment: [:])
        let summary = try await onThread {
            let stopper = Thread {
                // Stops once something is stored; the test's time limit ends a hang.
                while (try? live.pool.collection("trades").countDocuments()) ?? 0 < 500 {}
                run.requestStop()
            }
            stopper.start()
            return try run.run()
        }
        #expect(summary.records >= 500)
        let next = try live.pool.collection("checkpoints").findOne()?["next_offset"]?.integer
        #expect(next == Int64(summary.records))
        let rest = try await live.run { $0.untilEnd = true }
        #expect(rest.records == 2_000 - summary.records)
        #expect(try live.pool.collection("trades").countDocuments() == 2_000)
    }

    @Test func wholeFramesOfTheFirstSystemAreStoredTradeByTrade() async throws {
        let data = (0..<10).map { index in
            #"{"c":null,"p":\#(Double(100 + index) / 4),"s":"A","t":\#(TestRecords.epoch + Int64(index)),"v":1}"#
        }.joined(separator: ",")
        let values = [
            #"{"data":[\#(data)],"type":"trade"}"#, #"{"type":"ping"}"#, #"{"data":[],"type":"trade"}"#,
            #"{"msg":"Subscribing to too many symbols","type":"error"}"#, "pong",
        ]
        let topic = try LiveBroker.topic(values.map { TestRecords.record($0) }, partitions: 1)
        let live = try LivePipeline(topic: topic)
        let summary = try await live.run()
        #expect(summary.trades == 10)
        #expect(summary.ignored == ["ping": 1, "trade": 1, "error": 1])
        #expect(summary.deadLetters == ["not_json": 1])
        let first = try live.pool.collection("trades").findOne(["_id": .string("\(topic)|0|0000000000000000000|7")])
        #expect(first?["p"]?.double == 26.75)
        #expect(first?.contains("rx") == false)
    }

    @Test func aMissingTopicOrServerIsNamed() async throws {
        let live = try LivePipeline(topic: "no-such-topic-\(getpid())") { $0.contactTimeout = .seconds(2) }
        do {
            try await live.run()
            Issue.record("ran")
        } catch let error as PipelineError {
            #expect(error.kind == .source)
            #expect(error.message.contains("no-such-topic"))
        }
        let topic = try LiveBroker.topic([], partitions: 1)
        do {
            var away = live.configuration
            away.topic = topic
            away.contactTimeout = .seconds(1)
            away.mongo.uri = "mongodb://user:secret@127.0.0.1:1"
            let run = PipelineRun(configuration: away, log: .silent, environment: [:])
            _ = try await onThread { try run.run() }
            Issue.record("ran")
        } catch let error as PipelineError {
            #expect(error.kind == .store)
            #expect(error.message.contains("127.0.0.1:1"))
            #expect(!error.message.contains("secret"))
        }
    }
}
