import Kafka
import Testing

extension AllKafkaTests {
    @Suite struct KafkaConsumerTests {
        /// A consumer that reads partitions directly, without the group's 3 s.
        private func reader(_ broker: EmbeddedBroker, _ topic: String = "t") throws -> KafkaConsumer {
            try KafkaConsumer(
                configuration: KafkaConfiguration(brokers: broker.directAddress, options: [quickFetches]), topic: topic,
                group: "readers")
        }

        @Test func readingStartsWhereToldAndEndsAtTheEnd() throws {
            let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 2)])
            try publish((0..<10).map(String.init), to: "t", partition: 0, brokers: broker.directAddress)
            let consumer = try reader(broker)
            var values: [String] = []
            try readToEnd(consumer, [(0, 4), (1, 0)]) { values.append(String(utf8: $0.value)) }
            #expect(values == (4..<10).map(String.init))
            #expect(consumer.assignment == [0, 1])
            #expect(consumer.offsetRegressions == 0)
            #expect(consumer.close(within: .seconds(20)))
        }

        @Test func theEndNamesTheNextOffset() throws {
            let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 1)])
            try publish(["a", "b"], to: "t", brokers: broker.directAddress)
            let consumer = try reader(broker)
            try consumer.assign([(0, 0)])
            var end: Int64?
            for _ in 0..<100 where end == nil {
                if case .endOfPartition(_, let offset) = consumer.poll(timeout: .seconds(1)) { end = offset }
            }
            #expect(end == 2)
            #expect(consumer.close(within: .seconds(20)))
        }

        @Test func boundsOfAPartitionAreAskedForAndRemembered() throws {
            let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 1)])
            try publish(["a", "b", "c"], to: "t", brokers: broker.directAddress)
            let consumer = try reader(broker)
            #expect(consumer.cachedWatermarks(partition: 0) == nil)
            let bounds = try consumer.queryWatermarks(partition: 0, timeout: .seconds(20))
            #expect(bounds.low == 0 && bounds.high == 3)
            try readToEnd(consumer, [(0, 0)]) { _ in }
            let cached = try #require(consumer.cachedWatermarks(partition: 0))
            #expect(cached.high == 3)
            #expect(consumer.close(within: .seconds(20)))
        }

        @Test func anOffsetThatIsGoneIsAFailureNotAJump() throws {
            let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 1)])
            try publish(["a"], to: "t", brokers: broker.directAddress)
            let consumer = try reader(broker)
            try consumer.assign([(0, 1000)])
            var failure: KafkaError?
            for _ in 0..<100 where failure == nil {
                switch consumer.poll(timeout: .seconds(1)) {
                case .failure(let error): failure = error
                case .message(let message): Issue.record("jumped to \(message.offset)")
                default: break
                }
            }
            #expect(failure?.name == "_AUTO_OFFSET_RESET")
            #expect(failure?.message.contains("t/0") == true)
            #expect(consumer.close(within: .seconds(20)))
        }

        /// librdkafka#4637: resuming what is not paused rewinds.
        ///
        /// Wild pauses and resumes, also of partitions that are paused already, running or not assigned, must neither
        /// skip nor repeat.
        @Test(arguments: [UInt64(1), 2])
        func pausingAndResumingNeitherSkipsNorRepeats(seed: UInt64) throws {
            let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 3)])
            for partition in 0..<Int32(3) {
                try publish(
                    (0..<3000).map(String.init), to: "t", partition: partition, brokers: broker.directAddress)
            }
            let consumer = try reader(broker)
            var random = SeededGenerator(seed: seed)
            try consumer.assign([(0, 0), (1, 0), (2, 0)])
            var next: [Int64] = [0, 0, 0]
            var open: Set<Int32> = [0, 1, 2]
            var changes = 0
            while !open.isEmpty {
                switch consumer.poll(timeout: .milliseconds(50)) {
                case .message(let message):
                    let partition = Int(message.partition)
                    #expect(message.offset == next[partition])
                    #expect(!consumer.paused.contains(message.partition))
                    next[partition] = message.offset + 1
                case .endOfPartition(let partition, let offset):
                    if offset == 3000 { open.remove(partition) }
                case .failure(let error): throw error
                case .nothing: try consumer.resume([0, 1, 2, 7])
                case .rebalance: Issue.record("no group was joined")
                }
                guard changes < 60, Int.random(in: 0..<40, using: &random) == 0 else { continue }
                changes += 1
                let some = (0..<4).filter { _ in Bool.random(using: &random) }.map(Int32.init)
                if Bool.random(using: &random) { try consumer.pause(some) } else { try consumer.resume(some) }
            }
            #expect(next == [3000, 3000, 3000])
            #expect(changes == 60)
            #expect(consumer.offsetRegressions == 0)
            #expect(consumer.close(within: .seconds(20)))
        }
    }
}

/// SplitMix64: the same numbers for the same seed everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
