import CBenchPeers
import Foundation
import Kafka
import Replayer
import Tape
import TradeModel

/// `replay --speed max` beside a minimal C loop over librdkafka: same records, settings and broker, in turns.
///
/// Both send the same key, value and header with the same settings (`KafkaRole.producer`: idempotent, all replicas, zstd,
/// linger, limits of the queue) and the time of handover as timestamp, take in a report for each record, and are timed from
/// the first record to the last report; connecting is in neither. The C loop finds its records rendered in memory, where
/// the replay inflates and decodes its tape meanwhile: that is what "minimal" leaves out. Nothing is left out that C would
/// need less of: the partitioner, the copy, the lock per record are librdkafka's own in both.
enum ReplayBenchmark {
    static let benchmark = Benchmarks.Case(name: "replay", usage: "TAPE BROKERS [ROUNDS] [PARTITIONS]", run: run)

    private struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    @Sendable private static func run(_ arguments: [String]) throws {
        guard arguments.count >= 2 else { throw Failure(description: "name a tape and the brokers") }
        let (tape, brokers) = (arguments[0], arguments[1])
        let rounds = arguments.count > 2 ? Int(arguments[2]) ?? 5 : 5
        let partitions = arguments.count > 3 ? Int(arguments[3]) ?? 4 : 4
        let (records, count) = try render(tape)
        print("\(count) records, \(records.count / max(1, count) - 12) bytes each with key and header")
        let admin = try KafkaAdmin(configuration: KafkaConfiguration(brokers: brokers))
        let run = UInt32.random(in: 0...UInt32.max)
        var rates: (peer: [Double], ours: [Double]) = ([], [])
        for round in 0..<rounds {
            let topic = "bench-\(run)-\(round)"
            for name in ["c-\(topic)", "swift-\(topic)"] {
                try admin.createTopic(name, partitions: partitions, within: .seconds(20))
            }
            // Each goes first every other time: the broker's state must not favour one.
            var cost = (peer: 0.0, ours: 0.0)
            for turn in 0..<2 {
                let before = cpuSeconds()
                if (round + turn) % 2 == 0 {
                    rates.peer.append(try runPeer(records, count, brokers: brokers, topic: "c-\(topic)"))
                    cost.peer = cpuSeconds() - before
                } else {
                    rates.ours.append(try runOurs(tape, count, brokers: brokers, topic: "swift-\(topic)"))
                    cost.ours = cpuSeconds() - before
                }
            }
            let ratio = (rates.ours.last ?? 0) / (rates.peer.last ?? 1)
            print(
                "C \(shown(rates.peer.last)) M/s  replay \(shown(rates.ours.last)) M/s  ratio \(shown(ratio * 1e6))"
                    + "  CPU us a record: C \(shown(cost.peer / Double(count) * 1e12))"
                    + " replay \(shown(cost.ours / Double(count) * 1e12))")
        }
        let ratios = zip(rates.ours, rates.peer).map { $0 / $1 }
        print(
            "median: C \(shown(median(rates.peer))) M/s  replay \(shown(median(rates.ours))) M/s"
                + "  ratio \(shown(median(ratios) * 1e6))")
    }

    private static func runOurs(_ tape: String, _ count: Int, brokers: String, topic: String) throws -> Double {
        var configuration = ReplayConfiguration(tapes: [tape], topic: topic, speed: .maximum)
        configuration.kafka.brokers = brokers
        let report = try ReplaySession(configuration: configuration).run()
        guard report.acknowledged == count else { throw Failure(description: "\(report.acknowledged) of \(count)") }
        return Double(count) / report.totalSeconds
    }

    private static func runPeer(_ records: [UInt8], _ count: Int, brokers: String, topic: String) throws -> Double {
        let settings = KafkaRole.producer.settings + [("bootstrap.servers", brokers)]
        let strings = settings.flatMap { [strdup($0.key), strdup($0.value)] }
        defer { strings.forEach { free($0) } }
        let pointers = strings.map { UnsafePointer<CChar>($0) }
        var seconds = 0.0
        var acknowledged: UInt64 = 0
        var reason = [CChar](repeating: 0, count: 512)
        let outcome = cbench_produce(
            pointers, settings.count, topic, records, records.count, &seconds, &acknowledged, &reason, reason.count)
        guard outcome == 0, acknowledged == UInt64(count) else {
            let text = reason.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
            throw Failure(description: "C loop: \(acknowledged) of \(count): \(text)")
        }
        return Double(count) / seconds
    }

    /// CPU time of all threads of this process; steadier than rates on a machine that does other things too.
    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The tape's records as the C loop takes them.
    private static func render(_ tape: String) throws -> (bytes: [UInt8], count: Int) {
        let reader = try TapeReader(paths: [tape])
        var decoder = FinnhubFrameDecoder()
        var bytes: [UInt8] = []
        var count = 0
        while let batch = try reader.next() {
            for line in batch.lines where line.kind == .frame {
                guard (try? decoder.decode(batch.text.span.extracting(line.body))) != nil else { continue }
                for trade in decoder.trades {
                    let key = Array(trade.trade.symbol.utf8)
                    let start = line.body.lowerBound + trade.range.lowerBound
                    let value = batch.text[start..<start + trade.range.count]
                    var header: [UInt8] = []
                    RecordIdentity(
                        stream: batch.header.stream, sequence: line.sequence, index: trade.index,
                        receive: line.receive, segment: line.segment
                    ).append(to: &header)
                    for size in [key.count, value.count, header.count] {
                        withUnsafeBytes(of: UInt32(size)) { bytes += $0 }
                    }
                    bytes += key
                    bytes += value
                    bytes += header
                    count += 1
                }
            }
        }
        return (bytes, count)
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    private static func shown(_ rate: Double?) -> String { String(format: "%.3f", (rate ?? 0) / 1e6) }
}
