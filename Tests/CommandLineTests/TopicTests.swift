import Foundation
import Kafka
import TestSupport
import Testing
import TradeModel

/// `tape import --kafka` and `tape diff kafka:TOPIC`, against the broker of `TestServers`: embedded, or a real Kafka
/// where KAFKA_HOME is set.
@Suite(.serialized) struct TopicTests {
    /// A record to publish.
    private struct Record {
        var partition: Int32 = 0
        var value: String?
        var header: String?
        var timestamp: Int64?
    }

    private static func topic(_ name: String, partitions: Int = 4) throws -> (name: String, brokers: String) {
        let brokers = try TestServers.brokers()
        let topic = "\(name)-\(getpid())"
        let admin = try KafkaAdmin(configuration: KafkaConfiguration(brokers: brokers))
        try admin.createTopic(topic, partitions: partitions, within: .seconds(20))
        return (topic, brokers)
    }

    private static func publish(_ records: [Record], to topic: String, _ brokers: String) throws {
        let producer = try KafkaProducer(configuration: KafkaConfiguration(brokers: brokers))
        let handle = try producer.topic(topic)
        for (token, record) in records.enumerated() {
            let (value, header) = (record.value.map { Array($0.utf8) }, record.header.map { Array($0.utf8) })
            let outcome = producer.produce(
                to: handle, partition: record.partition, key: nil, value: value?.span, header: header?.span,
                timestamp: record.timestamp, token: UInt(token))
            try #require(outcome == .queued)
        }
        var reports: [KafkaDeliveryReport] = []
        try #require(producer.flush(into: &reports, within: .seconds(20)))
    }

    private static func simulate(_ folder: TemporaryFolder, _ name: String = "a.gz", seed: Int = 5) throws -> String {
        let path = folder.file(name)
        let outcome = try Tapedeck.run([
            "simulate", "-o", path, "--trades", "3000", "--symbols", "A,B,C,D,E", "--seed", "\(seed)", "--gap-every",
            "60s", "--gap-length", "5s",
        ])
        try #require(outcome.status == 0, "\(outcome.diagnostics)")
        return path
    }

    private static func replay(_ tape: String, _ topic: String, _ brokers: String, _ more: [String] = []) throws {
        let outcome = try Tapedeck.run(
            ["replay", tape, "--speed", "max", "--topic", topic, "--brokers", brokers, "-q"] + more)
        try #require(outcome.status == 0, "\(outcome.diagnostics)")
    }

    @Test func aReplayedTapeComesBackTradeForTrade() async throws {
        try await onThread {
            let folder = try TemporaryFolder()
            let (topic, brokers) = try Self.topic("back")
            let tape = try Self.simulate(folder)
            try Self.replay(tape, topic, brokers, ["--end-marker"])
            let back = folder.file("back.gz")
            let imported = try Tapedeck.run(["tape", "import", "--kafka", topic, "--brokers", brokers, "-o", back])
            #expect(imported.status == 0, "\(imported.diagnostics)")
            #expect(imported.output.contains(", 3000 trades, ") && imported.output.contains("4 end markers"))
            for pair in [[tape, back], [tape, "kafka:\(topic)"], ["kafka:\(topic)", back]] {
                let diff = try Tapedeck.run(["tape", "diff", "--by", "trades"] + pair + ["--brokers", brokers])
                #expect(diff.status == 0 && diff.output.hasSuffix("equal\n"), "\(diff.output)\(diff.diagnostics)")
                #expect(diff.output.contains(": 3000 trades"))
            }
            // Stream, numbers, times and segments came back too: what the pipeline would see is the same.
            let csv = try [tape, back].map { try Tapedeck.run(["tape", "cat", "--as", "trades-csv", $0]).output }
            #expect(csv[0] == csv[1])
            let gaps = try [tape, back].map { path in
                try Tapedeck.run(["tape", "cat", path]).output.ranges(of: #""event":"gap""#)
            }
            #expect(gaps[0].count == gaps[1].count && !gaps[0].isEmpty)
            // What no record told of is not made up: events other than gaps.
            let verified = try Tapedeck.run(["tape", "verify", back])
            #expect(verified.status == 3 && verified.output.contains("is missing"))
            // Again, and byte for byte: nothing depends on which partition answered first.
            #expect(
                try Tapedeck.run(["tape", "import", "--kafka", topic, "--brokers", brokers, "-o", back + "2"]).status
                    == 0)
            #expect(FileManager.default.contentsEqual(atPath: back, andPath: back + "2"))
        }
    }

    @Test func wholeFramesComeBackToTheByte() async throws {
        try await onThread {
            let folder = try TemporaryFolder()
            let (topic, brokers) = try Self.topic("frames")
            let tape = try Self.simulate(folder)
            try Self.replay(tape, topic, brokers, ["--as", "frames"])
            let back = folder.file("back.gz")
            let imported = try Tapedeck.run(["tape", "import", "--kafka", topic, "--brokers", brokers, "-o", back])
            #expect(imported.status == 0 && imported.output.contains("stream kafka-frames-"), "\(imported.diagnostics)")
            for pair in [[tape, back], ["kafka:\(topic)", tape]] {
                let diff = try Tapedeck.run(["tape", "diff"] + pair + ["--brokers", brokers])
                #expect(diff.status == 0 && diff.output.hasSuffix("equal\n"), "\(diff.output)\(diff.diagnostics)")
            }
            let named = try Tapedeck.run([
                "tape", "import", "--kafka", topic, "--foreign", "--stream", "old", "--brokers", brokers, "-o",
                back + "2",
            ])
            #expect(named.status == 0 && named.output.contains("stream old,"))
        }
    }

    @Test func whatIsNoTradeIsCountedAndSaid() async throws {
        try await onThread {
            let folder = try TemporaryFolder()
            let (topic, brokers) = try Self.topic("mixed", partitions: 4)
            func trade(_ price: Int) -> String { #"{"c":null,"p":\#(price).5,"s":"A","t":1723210200734,"v":1}"# }
            let time: Int64 = 1_723_210_200_000
            try Self.publish(
                [
                    Record(value: trade(1), header: "s1|1|0|1723210200871532004|0", timestamp: time),
                    Record(value: nil, header: "s1|2|0|1723210200871532005|0", timestamp: time),
                    Record(value: trade(1), header: "s1|1|0|1723210200871532004|0", timestamp: time),
                    Record(value: "junk", header: "s1|3|0|1723210200871532006|0", timestamp: time),
                    Record(value: trade(2), header: "not an identity", timestamp: time),
                    Record(value: #"{"type":"end","stream":"s1","seq":9}"#, timestamp: time),
                    Record(partition: 1, value: trade(4), header: "s1|4|0|1723210200871532007|0", timestamp: time),
                    Record(partition: 2, value: trade(7), header: "s2|1|0|1723210200871532001|0", timestamp: time),
                    Record(partition: 3, value: trade(8), timestamp: time + 1),
                    Record(partition: 2, value: #"{"type":"ping"}"#, timestamp: time + 2),
                ], to: topic, brokers)
            let path = folder.file("t.gz")
            func run(_ more: [String]) throws -> Tapedeck.Outcome {
                try Tapedeck.run(
                    ["tape", "import", "--kafka", topic, "--brokers", brokers, "-o", path, "--overwrite"] + more)
            }
            let several = try run([])
            #expect(several.status == 1 && several.output.isEmpty && several.diagnosticLines.count == 1)
            for word in ["without a stream: 2", "s1: 4", "s2: 1", "--stream ID", "--foreign"] {
                #expect(several.diagnostics.contains(word), "\(several.diagnostics)")
            }
            let one = try run(["--stream", "s1"])
            #expect(one.status == 3, "records were rejected: \(one.diagnostics)")
            #expect(
                one.outputLines.dropFirst().map { $0.split(separator: ":")[0] } == [
                    "  1 records sent twice", "  1 tombstones", "  1 end markers", "  2 rejected",
                    "  2 records without a stream left out", "  1 records of stream s2 left out",
                ], "\(one.output)")
            #expect(one.output.contains("2 frames, 2 trades"))
            let foreign = try run(["--foreign", "--json"])
            #expect(foreign.status == 3)
            #expect(foreign.output.contains(#""trades":1"#) && foreign.output.contains(#""frames":2,"#))
            let lines = try Tapedeck.run(["tape", "cat", path]).outputLines
            #expect(lines.count == 3 && lines[1].contains(#""seq":1,"receive":1723210200001000000,"frame":{"data":[{"#))
            let missing = try run(["--stream", "s3"])
            #expect(missing.status == 1 && missing.diagnostics.contains("stream s1"), "\(missing.diagnostics)")
        }
    }

    @Test func placesWithoutRecordsAreNamed() async throws {
        try await onThread {
            let folder = try TemporaryFolder()
            let (topic, brokers) = try Self.topic("empty")
            let path = folder.file("t.gz")
            let tape = try Self.simulate(folder)
            for (name, at, words) in [
                (topic, brokers, [topic, "holds no record"]),
                ("no-such-topic", brokers, ["no-such-topic", brokers, "create the topic"]),
                (topic, "127.0.0.1:1", ["127.0.0.1:1", "check that the broker runs"]),
            ] {
                for verb in [["import", "--kafka", name, "-o", path], ["diff", tape, "kafka:\(name)"]] {
                    let outcome = try Tapedeck.run(
                        ["tape"] + verb + ["--brokers", at, "--wait-for-servers", "2s"], limit: .seconds(60))
                    #expect(outcome.status == 1 && outcome.diagnosticLines.count == 1, "\(outcome.diagnostics)")
                    for word in words { #expect(outcome.diagnostics.contains(word), "\(outcome.diagnostics)") }
                }
            }
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test(arguments: [
        (["tape", "import", "--kafka", "t", "f.jsonl", "-o", "o"], "none with --kafka"),
        (["tape", "import", "-o", "o"], "one or more files"),
        (["tape", "import", "--kafka", "a/b", "-o", "o"], "--kafka"),
        (["tape", "import", "--kafka", "t", "--preset", "binance", "-o", "o"], "exclude one another"),
        (["tape", "import", "--kafka", "t", "--kafka-option", "isolation.level=read_uncommitted", "-o", "o"], "fixes"),
        (["tape", "diff", "a", "kafka:a/b"], "kafka:TOPIC"),
    ])
    func whatCannotBeIsAUsageError(words: [String], part: String) throws {
        let outcome = try Tapedeck.run(words)
        #expect(outcome.status == 2 && outcome.diagnostics.contains(part), "\(outcome.diagnostics)")
    }
}
