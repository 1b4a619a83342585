import Kafka
import Testing

extension AllKafkaTests {
    /// The group protocol, against the embedded broker; it takes 3 s to form a group.
    @Suite struct KafkaGroupTests {
        private func member(_ broker: EmbeddedBroker) throws -> KafkaConsumer {
            let consumer = try KafkaConsumer(
                configuration: KafkaConfiguration(brokers: broker.directAddress), topic: "t", group: "g",
                sessionTimeout: .seconds(6))
            try consumer.subscribe()
            return consumer
        }

        /// One member and what it has been told and given.
        private struct Member {
            let consumer: KafkaConsumer
            var held: [Int32] = []
            var events: [KafkaRebalance] = []
            var seen: [Int32: [Int64]] = [:]

            /// Polls once; answers rebalances, starting partitions at `start`.
            mutating func turn(from start: [Int32: Int64]) throws {
                switch consumer.poll(timeout: .milliseconds(20)) {
                case .message(let message): seen[message.partition, default: []].append(message.offset)
                case .rebalance(let event):
                    events.append(event)
                    switch event {
                    case .assigned(let partitions):
                        try consumer.assign(partitions.map { ($0, start[$0] ?? 0) })
                        held = partitions
                    case .revoked, .failed:
                        try consumer.unassign()
                        held = []
                    }
                case .failure(let error): throw error
                default: break
                }
            }
        }

        @Test func partitionsComeWithTheGroupAndMoveWhenAnotherJoins() throws {
            try expectingNoLeak {
                let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 4)])
                for partition in 0..<Int32(4) {
                    try publish(["a", "b", "c"], to: "t", partition: partition, brokers: broker.directAddress)
                }
                var first = Member(consumer: try member(broker))
                for _ in 0..<2000 where first.held.isEmpty || first.seen.count < 4 { try first.turn(from: [2: 1]) }
                #expect(first.events == [.assigned([0, 1, 2, 3])])
                for _ in 0..<20 { try first.turn(from: [:]) }
                #expect(first.seen == [0: [0, 1, 2], 1: [0, 1, 2], 2: [1, 2], 3: [0, 1, 2]])

                var second = Member(consumer: try member(broker))
                for _ in 0..<2000 where second.held.isEmpty || first.held.count != 2 {
                    try first.turn(from: [0: 3, 1: 3, 2: 3, 3: 3])
                    try second.turn(from: [0: 3, 1: 3, 2: 3, 3: 3])
                }
                #expect(first.events.dropFirst().first == .revoked([0, 1, 2, 3], lost: false))
                // On a busy machine the group may form once more on the way: each revocation has its assignment.
                #expect(first.events.count >= 3 && first.events.count % 2 == 1)
                #expect(first.events.last == .assigned(first.held))
                #expect((first.held + second.held).sorted() == [0, 1, 2, 3])
                #expect(first.held.count == 2 && second.held.count == 2)
                #expect(
                    second.held == second.held.sorted() && abs(second.held[0] - second.held[1]) == 1,
                    "range assigns neighbours")
                #expect(!first.consumer.isAssignmentLost)

                #expect(second.consumer.close(within: .seconds(20)))
                for _ in 0..<2000 where first.held.count != 4 { try first.turn(from: [:]) }
                #expect(first.held == [0, 1, 2, 3])
                #expect(first.consumer.close(within: .seconds(20)))
            }
        }

        @Test func committedOffsetsAreKeptAndLeavingRevokes() throws {
            try expectingNoLeak {
                let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 1)])
                try publish(["a", "b", "c"], to: "t", brokers: broker.directAddress)
                var only = Member(consumer: try member(broker))
                for _ in 0..<2000 where only.seen.isEmpty { try only.turn(from: [:]) }
                #expect(try only.consumer.committed(partition: 0, timeout: .seconds(10)) == nil)
                try only.consumer.commit([(0, 2)])
                var committed: Int64?
                for _ in 0..<500 where committed == nil {
                    try only.turn(from: [:])
                    committed = try only.consumer.committed(partition: 0, timeout: .seconds(10))
                }
                #expect(committed == 2)

                try only.consumer.unsubscribe()
                for _ in 0..<500 where only.events.count < 2 { try only.turn(from: [:]) }
                #expect(only.events == [.assigned([0]), .revoked([0], lost: false)])
                #expect(only.consumer.close(within: .seconds(20)))
            }
        }

        @Test func aConsumerThatIsDroppedWithoutClosingLeavesNothingBehind() throws {
            try expectingNoLeak {
                let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 1)])
                try publish(["a"], to: "t", brokers: broker.directAddress)
                var dropped = Member(consumer: try member(broker))
                for _ in 0..<2000 where dropped.held.isEmpty { try dropped.turn(from: [:]) }
                #expect(dropped.held == [0])
            }
        }
    }
}
