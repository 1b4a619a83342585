import Foundation
import Kafka

/// `replay --speed max` beside a minimal C loop over librdkafka: same records, settings and broker, in turns.
///
/// Both send the same key, value and header with the same settings (`KafkaRole.producer`: idempotent, all replicas, zstd,
/// linger, limits of the queue) and the time of handover as timestamp, take in a report for each record, and are timed from
/// the first record to the last report; connecting is in neither. Each runs in a fresh process, with malloc's
/// default for C and what the verb asks of it for the replay. The C loop finds its records rendered in memory, where
/// the replay inflates and decodes its tape meanwhile: that is what "minimal" leaves out. Nothing is left out that C would
/// need less of: the partitioner, the copy, the lock per record are librdkafka's own in both.
enum ReplayBenchmark {
    static let benchmark = Benchmarks.Case(name: "replay", usage: "TAPE BROKERS [ROUNDS] [PARTITIONS]", run: run)

    @Sendable private static func run(_ arguments: [String]) throws {
        if let contestant = arguments.first.flatMap(ReplayContestant.init) {
            return print(try contestant.run(Array(arguments.dropFirst())).line)
        }
        guard arguments.count >= 2 else { throw ReplayContestant.Failure(description: "name a tape and the brokers") }
        let (tape, brokers) = (arguments[0], arguments[1])
        let rounds = arguments.count > 2 ? Int(arguments[2]) ?? 5 : 5
        let partitions = arguments.count > 3 ? Int(arguments[3]) ?? 4 : 4
        let admin = try KafkaAdmin(configuration: KafkaConfiguration(brokers: brokers))
        let run = UInt32.random(in: 0...UInt32.max)
        var costs: [ReplayContestant: [ReplayCost]] = [:]
        for round in 0..<rounds {
            // Each goes first every other time: the broker's state must not favour one.
            let order: [ReplayContestant] = round % 2 == 0 ? [.loop, .replay] : [.replay, .loop]
            for contestant in order {
                let topic = "bench-\(run)-\(round)-\(contestant.rawValue.dropFirst(2))"
                try admin.createTopic(topic, partitions: partitions, within: .seconds(20))
                costs[contestant, default: []].append(
                    try contestant.inItsOwnProcess([tape, brokers, topic]))
            }
            guard let loop = costs[.loop]?.last, let replay = costs[.replay]?.last else { return }
            print(
                "C \(shown(loop.rate)) M/s  replay \(shown(replay.rate)) M/s  ratio \(shown(replay.rate / loop.rate * 1e6))"
                    + "  CPU us a record: C \(shown(loop.processor * 1e12)) replay \(shown(replay.processor * 1e12))")
        }
        let (loops, replays) = (costs[.loop] ?? [], costs[.replay] ?? [])
        print(
            "median: C \(shown(median(loops.map(\.rate)))) M/s  replay \(shown(median(replays.map(\.rate)))) M/s"
                + "  ratio \(shown(median(zip(replays, loops).map { $0.rate / $1.rate }) * 1e6))")
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    private static func shown(_ rate: Double) -> String { String(format: "%.3f", rate / 1e6) }
}
