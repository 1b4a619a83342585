import Kafka
import Synchronization
import Testing

extension AllKafkaTests {
    @Suite struct KafkaRoundTripTests {
        @Test func aRecordComesBackAsItWent() throws {
            try expectingNoLeak {
                let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 2)])
                let reports = try publish(
                    ["{\"p\":1}"], to: "t", partition: 1, key: "IC MARKETS:1", header: "s|1|0|2|0",
                    timestamp: 1_723_210_200_734, brokers: broker.directAddress)
                #expect(reports.map(\.token) == [0])
                #expect(reports.allSatisfy { $0.isAcknowledged && $0.persistence == .yes && $0.partition == 1 })
                #expect(reports.first?.offset == 0)

                let consumer = try KafkaConsumer(
                    configuration: KafkaConfiguration(brokers: broker.directAddress), topic: "t", group: "g")
                var seen = 0
                try readToEnd(consumer, [(1, 0)]) { message in
                    seen += 1
                    #expect(String(utf8: message.key) == "IC MARKETS:1")
                    #expect(String(utf8: message.value) == "{\"p\":1}")
                    #expect(message.timestamp == 1_723_210_200_734)
                    #expect(message.partition == 1 && message.offset == 0)
                    #expect(message.headers.map(\.name) == ["tape"])
                    #expect(String(utf8: message.headers.first?.value) == "s|1|0|2|0")
                    let length = message.withHeader(.tape) { span, count in (span?.count, count) }
                    #expect(length.0 == 9 && length.1 == 1)
                    #expect(message.withHeader("other") { span, count in span == nil && count == 0 })
                }
                #expect(seen == 1)
                #expect(consumer.close(within: .seconds(20)))
            }
        }

        @Test func absentAndEmptyPartsStayApart() throws {
            let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 1)])
            let producer = try KafkaProducer(configuration: KafkaConfiguration(brokers: broker.directAddress))
            let topic = try producer.topic("t")
            let empty: [UInt8] = []
            #expect(
                producer.produce(to: topic, partition: 0, key: nil, value: nil, header: nil, token: 1) == .queued)
            #expect(
                producer.produce(
                    to: topic, partition: 0, key: empty.span, value: empty.span, header: empty.span, token: 2)
                    == .queued)
            var reports: [KafkaDeliveryReport] = []
            #expect(producer.flush(into: &reports, within: .seconds(20)))
            #expect(reports.map(\.token) == [1, 2])
            let consumer = try KafkaConsumer(
                configuration: KafkaConfiguration(brokers: broker.directAddress), topic: "t", group: "g")
            var seen: [String] = []
            try readToEnd(consumer, [(0, 0)]) { message in
                let sizes = [message.key?.count, message.value?.count].map { $0.map(String.init) ?? "nil" }
                seen.append(sizes.joined(separator: " ") + " \(message.headers.count)")
            }
            #expect(seen == ["nil nil 0", "0 0 1"])
            #expect(consumer.close(within: .seconds(20)))
        }

        /// Hashes from Kafka's own `UtilsTest.testMurmur2`; other clients of the topic must find a symbol where we put it.
        @Test(
            arguments: [
                ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
                ("a-little-bit-longer-string", -1_486_304_829),
                ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
            ] as [(String, Int32)])
        func aKeyGoesWhereJavaClientsPutIt(key: String, hash: Int32) throws {
            #expect(murmur2(key) == hash)
            let broker = try EmbeddedBroker(listen: "127.0.0.1:0", topics: [.init(name: "t", partitions: 7)])
            let reports = try publish(["x"], to: "t", partition: nil, key: key, brokers: broker.directAddress)
            #expect(reports.map(\.partition) == [(murmur2(key) & 0x7fff_ffff) % 7])
        }

        /// Kafka's murmur2, seed 0x9747b28c, written down again from its definition.
        private func murmur2(_ key: String) -> Int32 {
            let bytes = Array(key.utf8)
            let mixer: UInt32 = 0x5bd1_e995
            var hash: UInt32 = 0x9747_b28c ^ UInt32(bytes.count)
            for start in stride(from: 0, to: bytes.count / 4 * 4, by: 4) {
                var word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
                word = word &* mixer
                word ^= word >> 24
                hash = (hash &* mixer) ^ (word &* mixer)
            }
            let rest = bytes[(bytes.count / 4 * 4)...]
            if !rest.isEmpty {
                for (shift, byte) in rest.enumerated() { hash ^= UInt32(byte) << UInt32(8 * shift) }
                hash = hash &* mixer
            }
            hash ^= hash >> 13
            hash = hash &* mixer
            hash ^= hash >> 15
            return Int32(bitPattern: hash)
        }
    }
}
