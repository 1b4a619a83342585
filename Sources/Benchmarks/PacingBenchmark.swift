import Foundation
import Kafka
import Replayer

/// How punctual `replay --per-second` is, as it reports itself, and how much memory it takes.
enum PacingBenchmark {
    static let benchmark = Benchmarks.Case(name: "pacing", usage: "TAPE BROKERS PER-SECOND", run: run)

    private struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    @Sendable private static func run(_ arguments: [String]) throws {
        guard arguments.count == 3 else { throw Failure(description: "name a tape, the brokers, a rate") }
        var configuration = ReplayConfiguration(
            tapes: [arguments[0]], topic: "pacing-\(UInt32.random(in: 0...UInt32.max))", partitions: 4,
            speed: try ReplaySpeed(perSecond: arguments[2]))
        configuration.kafka.brokers = arguments[1]
        print(try ReplaySession(configuration: configuration).run().json.canonical)
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        print(status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? "no VmHWM")
    }
}
