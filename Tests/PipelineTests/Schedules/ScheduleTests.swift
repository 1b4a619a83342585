import Foundation
import TestSupport
import Testing

@testable import Pipeline

/// The protocol under schedules of disturbances: product code for claim, engine, flush and checkpoint; a store double
/// for MongoDB.
///
/// The method and the alphabet are those of protocol_model.py.
@Suite(.serialized) struct ScheduleTests {
    static let alphabet: [ScheduleRecord] = [
        .trade(stream: "S", sequence: 1, symbol: "a", time: 10, price: 1),
        .trade(stream: "S", sequence: 2, symbol: "a", time: 11, price: 2),
        .trade(stream: "S", sequence: 3, symbol: "b", time: 12, price: 3),
        .trade(stream: "S", sequence: 1, symbol: "a", time: 10, price: 95),
        .trade(stream: "S", sequence: 2, symbol: "a", time: 40, price: 96),
        .trade(stream: "S", sequence: 4, symbol: "a", time: 3, price: 4),
        .bad(stream: "S", sequence: 2),
        .trade(stream: "T", sequence: 1, symbol: "a", time: 12, price: 5),
        .trade(stream: "S", sequence: 9, symbol: "a", time: 13, price: 6),
        .end(stream: "S"),
        .frame([
            .init(symbol: "a", time: 40, price: 97), .init(symbol: "a", time: 12, price: 7),
            .init(symbol: "a", time: 13, price: 8),
        ]),
    ]
    static let foreign: [ScheduleRecord] = [.trade(stream: "S", sequence: 9, symbol: "a", time: 13, price: 6)]

    static func reference(_ test: ScheduleCase) -> ScheduleWorld {
        var undisturbed = test
        undisturbed.batch = 1
        undisturbed.checkpointEvery = 1
        undisturbed.budget = [:]
        let world = ScheduleWorld(undisturbed, Choices(), against: nil)
        world.run()
        return world
    }

    /// Runs one schedule.
    ///
    /// - Returns: what broke, with the trace.
    static func attempt(_ test: ScheduleCase, _ choices: Choices, _ reference: ScheduleWorld) -> String? {
        let world = ScheduleWorld(test, choices, against: reference)
        world.run()
        world.compareFinal()
        guard let broken = world.broken else { return nil }
        return "\(broken)\n  \(test)\n  disturbances \(choices.taken)\n  "
            + world.trace.suffix(60).joined(separator: "\n  ")
    }

    /// All schedules of a log with at most so many disturbances.
    static func exhaust(_ test: ScheduleCase, depth: Int) -> (runs: Int, broken: String?) {
        let reference = reference(test)
        if let broken = reference.broken { return (0, "the reference: \(broken)") }
        var stack: [[(Int, Int)]] = [[]]
        var runs = 0
        while let given = stack.popLast() {
            let choices = Choices(given: Dictionary(given, uniquingKeysWith: { _, last in last }))
            runs += 1
            if let broken = attempt(test, choices, reference) { return (runs, broken) }
            guard given.count < depth else { continue }
            for place in ((given.last?.0 ?? -1) + 1)..<max((given.last?.0 ?? -1) + 1, choices.widths.count) {
                for choice in 1..<max(1, choices.widths[place]) { stack.append(given + [(place, choice)]) }
            }
        }
        return (runs, nil)
    }

    @Test func undisturbedRunsAgreeWhateverTheBatches() {
        for seed in 0..<40 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var test = ScheduleLogs.random(&random)
            test.budget = [:]
            let reference = Self.reference(test)
            #expect(reference.broken == nil, "seed \(seed)")
            let broken = Self.attempt(test, Choices(), reference)
            #expect(broken == nil, "seed \(seed): \(broken ?? "")")
        }
    }

    @Test func everyLogOfOneRecordHoldsUnderAllSchedulesOfTwoDisturbances() {
        // All of them take an hour.
        for index in Heavy.isOn ? Array(Self.alphabet.indices) : [3] {
            let record = Self.alphabet[index]
            let test = ScheduleCase(
                log: [record], foreign: Self.foreign, batch: 99, budget: Fault.usual.mapValues { min($0, 2) })
            let (_, broken) = Self.exhaust(test, depth: Heavy.isOn ? 3 : 2)
            #expect(broken == nil, "\(broken ?? "")")
        }
    }

    @Test func everyLogOfTwoRecordsHoldsUnderAllSchedulesOfOneDisturbance() {
        for (row, first) in Self.alphabet.enumerated() {
            // Each pair in one of its two orders at least; all with TAPEDECK_HEAVY.
            for (column, second) in Self.alphabet.enumerated()
            where Heavy.isOn || (row <= column) == ((row + column) % 2 == 0) {
                let test = ScheduleCase(
                    log: [first, second], foreign: Self.foreign, batch: 99,
                    budget: Fault.usual.mapValues { min($0, 2) })
                let (_, broken) = Self.exhaust(test, depth: Heavy.isOn ? 2 : 1)
                #expect(broken == nil, "\(broken ?? "")")
                if broken != nil { return }
            }
        }
    }

    /// What happens beside the usual faults.
    static let environments: [[Fault: Int]] = [
        [:], [.grow: 1], [.expire: 1, .evict: 0, .fate: 0], [.lift: 1, .evict: 0, .fate: 0],
        [.recreate: 1, .evict: 0, .failover: 0, .fate: 0],
    ]

    @Test(arguments: environments) func randomLogsHoldUnderRandomSchedules(_ environment: [Fault: Int]) {
        // So many logs, the same each time; with TAPEDECK_HEAVY others for four minutes.
        let end = ContinuousClock.now + .seconds(240)
        let base = Heavy.isOn ? UInt64.random(in: 0..<1 << 32) : 1
        let logs: UInt64 = environment.isEmpty ? 40 : 12
        var seed = base
        var runs = 0
        while Heavy.isOn ? ContinuousClock.now < end : seed < base + logs {
            seed += 1
            var random = SeededGenerator(seed: seed)
            var test = ScheduleLogs.random(&random)
            for (fault, count) in Fault.usual { test.budget[fault] = Int.random(in: 0...count, using: &random) }
            test.budget.merge(environment) { _, new in new }
            let reference = Self.reference(test)
            for _ in 0..<25 {
                let probability = [0.02, 0.05, 0.1, 0.2, 0.4].randomElement(using: &random) ?? 0.1
                let choices = Choices(random: SeededGenerator(seed: random.next()), probability: probability)
                runs += 1
                if let broken = Self.attempt(test, choices, reference) {
                    Issue.record("seed \(seed), run \(runs): \(broken)")
                    return
                }
            }
        }
    }
}
