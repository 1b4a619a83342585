import Foundation
import Heap
import Kafka

/// `replay --speed max` beside a minimal C loop over librdkafka: same records, settings and broker, in turns.
///
/// Both send the same key, value and header with the same settings (`KafkaRole.producer`: idempotent, all replicas, zstd,
/// linger, limits of the queue) and the time of handover as timestamp, take in a report for each record, and are timed from
/// the first record to the last report; connecting is in neither. Each runs in a fresh process with the malloc of its
/// program: glibc's for the C loop, jemalloc for the replay as for every verb. The C loop finds its records rendered in
/// memory, where the replay inflates and decodes its tape meanwhile, and it fills the queue, where the replay keeps few
/// records on their way (`FlightWindow`): that is what "minimal" leaves out. What the latter is worth shows a third
/// contestant, the same loop with a short queue. The partitioner, the copy, the lock per record are librdkafka's own in
/// all of them.
enum ReplayBenchmark {
    static let benchmark = Benchmarks.Case(name: "replay", usage: "TAPE BROKERS [ROUNDS] [PARTITIONS]", run: run)

    @Sendable private static func run(_ arguments: [String]) throws {
        if arguments.first == "--replay" {
            return print(try ReplayContestant.replay(Array(arguments.dropFirst())).line)
        }
        guard arguments.count >= 2 else { throw ReplayContestant.Failure(description: "name a tape and the brokers") }
        let (tape, brokers) = (arguments[0], arguments[1])
        let rounds = arguments.count > 2 ? Int(arguments[2]) ?? 5 : 5
        let partitions = arguments.count > 3 ? Int(arguments[3]) ?? 4 : 4
        let folder = FileManager.default.temporaryDirectory.appending(path: "replay-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "records").path
        let count = try ReplayContestant.render(tape, into: path)
        let course = ReplayContestant.Course(tape: tape, records: (path, count), brokers: brokers)
        print("\(count) records, \(partitions) partitions; replay with jemalloc \(Heap.version)")
        let admin = try KafkaAdmin(configuration: KafkaConfiguration(brokers: brokers))
        let run = UInt32.random(in: 0...UInt32.max)
        var costs: [ReplayContestant: [ReplayCost]] = [:]
        for round in 0..<rounds {
            // Neither loop always goes before the replay: the broker's state must not favour one.
            let order: [ReplayContestant] = [.loop, .replay, .shortLoop]
            for contestant in round % 2 == 0 ? order : order.reversed() {
                let topic = "bench-\(run)-\(round)-\(contestant)"
                try admin.createTopic(topic, partitions: partitions, within: .seconds(20))
                costs[contestant, default: []].append(try contestant.run(course, topic: topic))
            }
            print(lines(costs) { $0.last ?? 0 })
        }
        print("medians:\n\(lines(costs, median))")
    }

    /// A contestant a line: records a second, processor time, and how much faster the replay is.
    private static func lines(
        _ costs: [ReplayContestant: [ReplayCost]], _ summary: ([Double]) -> Double
    ) -> String {
        let replays = costs[.replay] ?? []
        return [ReplayContestant.loop, .shortLoop, .replay].map { contestant in
            let own = costs[contestant] ?? []
            return String(
                format: "  %@ %.3f M/s, %.2f us of processor a record, replay/it %.3f",
                "\(contestant)".padding(toLength: 9, withPad: " ", startingAt: 0), summary(own.map(\.rate)) / 1e6,
                summary(own.map(\.processor)) * 1e6, summary(zip(replays, own).map { $0.rate / $1.rate }))
        }.joined(separator: "\n")
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
