import CMongoBenchPeer
import Diagnostics
import Foundation
import Kafka
import Mongo
import Pipeline

/// How many trades a second go from Kafka through the forecast into MongoDB, beside a minimal libmongoc loop that inserts
/// the same documents into the same server.
enum PipelineBenchmark {
    static let benchmark = Benchmarks.Case(
        name: "pipeline", usage: "MONGO_URI [TRADES [ROUNDS [BROKERS]]]", run: run)

    private struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private static let topic = "benchmark-\(getpid())"
    private static let partitions = 4

    @Sendable private static func run(_ arguments: [String]) throws {
        guard let uri = arguments.first else { throw Failure(description: "name a MongoDB URI") }
        let count = arguments.count > 1 ? Int(arguments[1]) ?? 200_000 : 200_000
        let rounds = arguments.count > 2 ? Int(arguments[2]) ?? 3 : 3
        let broker = arguments.count > 3 ? nil : try EmbeddedBroker(listen: "127.0.0.1:0")
        let brokers = broker?.address ?? arguments[3]
        if let broker {
            try broker.createTopic(topic, partitions: partitions)
        } else {
            try KafkaAdmin(configuration: KafkaConfiguration(brokers: brokers))
                .createTopic(topic, partitions: partitions, within: .seconds(30))
        }
        try publish(count, to: brokers)
        var ratios: [Double] = []
        for round in 0..<rounds {
            let pool = try MongoPool(MongoConfiguration(uri: uri, database: "benchmark_\(getpid())_\(round)"))
            let bare = try MongoPool(MongoConfiguration(uri: uri, database: "benchmark_\(getpid())_\(round)_bare"))
            defer {
                try? pool.dropDatabase()
                try? bare.dropDatabase()
            }
            var configuration = PipelineConfiguration()
            configuration.kafka.brokers = brokers
            configuration.topic = topic
            configuration.group = "benchmark-\(round)"
            configuration.mongo = MongoConfiguration(uri: uri, database: pool.database)
            configuration.untilEnd = true
            let clock = Stopwatch()
            let summary = try PipelineRun(
                configuration: configuration, log: Log(level: .info) { _, event, _ in clock.note(event) },
                environment: [:]
            ).run()
            // Joining a group takes the embedded broker 3 s: count from the last claim to the end.
            let seconds = clock.seconds(from: "claimed", to: "end")
            let loop = try insertAgain(from: pool, into: bare, uri)
            let documents = Double(summary.tradesInserted + summary.predictionsInserted)
            ratios.append((documents / seconds) / loop)
            print(
                "pipeline \(Int(Double(summary.tradesInserted) / seconds)) trades/s, "
                    + "\(Int(documents / seconds)) documents/s; libmongoc loop \(Int(loop)) documents/s; "
                    + "ratio \(ratios[round])")
        }
        print("median ratio \(ratios.sorted()[ratios.count / 2])")
    }

    /// When which event was told.
    private final class Stopwatch: @unchecked Sendable {
        // Sendable because the lock is held around every access.
        private let lock = NSLock()
        private var times: [String: ContinuousClock.Instant] = [:]

        func note(_ event: String) { lock.withLock { times[event] = .now } }
        func seconds(from start: String, to end: String) -> Double {
            lock.withLock {
                guard let start = times[start], let end = times[end] else { return .nan }
                return (end - start) / .seconds(1)
            }
        }
    }

    /// A random walk of four symbols, one a partition.
    private static func publish(_ count: Int, to brokers: String) throws {
        let producer = try KafkaProducer(configuration: KafkaConfiguration(brokers: brokers))
        let topic = try producer.topic(topic)
        var reports: [KafkaDeliveryReport] = []
        var random = SystemRandomNumberGenerator()
        var prices = [Int](repeating: 1_000_000, count: partitions)
        let epoch: Int64 = 1_723_075_200_000
        for number in 0..<count {
            let symbol = number % partitions
            prices[symbol] += Int.random(in: -20...20, using: &random)
            let time = epoch + Int64(number)
            let value = Array(
                #"{"c":["1","8"],"p":\#(Double(prices[symbol]) / 10_000),"s":"SYM\#(symbol)","t":\#(time),"v":\#(number % 500)}"#
                    .utf8)
            let header = Array("benchmark|\(number)|0|\(time * 1_000_000)|0".utf8)
            while true {
                let outcome = producer.produce(
                    to: topic, partition: Int32(symbol), key: Array("SYM\(symbol)".utf8).span, value: value.span,
                    header: header.span, token: 0)
                if outcome == .queued { break }
                producer.drain(into: &reports, timeout: .milliseconds(100))
            }
        }
        guard producer.flush(into: &reports, within: .seconds(120)) else {
            throw Failure(description: "not all records were acknowledged")
        }
    }

    /// Inserts the documents that the pipeline wrote once more, in bulks of 5,000, into collections with the same indexes.
    private static func insertAgain(from source: MongoPool, into target: MongoPool, _ uri: String) throws -> Double {
        var count = 0
        var seconds = 0.0
        for (name, index) in [("trades", ["s": 1, "t": 1]), ("predictions", ["s": 1, "m": 1, "target.t": 1])]
            as [(String, BSONDocument)]
        {
            try target.ensureCollection(name, indexes: [MongoIndex(index)])
            var bytes: [UInt8] = []
            try source.collection(name).find { cursor in
                while let document = try cursor.next() { bytes += document.bytes }
            }
            var inserted: Int64 = 0
            var reason = [CChar](repeating: 0, count: 256)
            let start = ContinuousClock.now
            let outcome = cmongobenchpeer_insert(
                uri, target.database, name, bytes, bytes.count, 5_000, &inserted, &reason, reason.count)
            seconds += (ContinuousClock.now - start) / .seconds(1)
            guard outcome == 0 else {
                let text = reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
                throw Failure(description: String(decoding: text, as: UTF8.self))
            }
            count += Int(inserted)
        }
        return Double(count) / seconds
    }
}
