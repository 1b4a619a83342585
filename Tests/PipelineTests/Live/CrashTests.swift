import Foundation
import TestSupport
import Testing

@testable import Pipeline

/// kill -9 at every point of the crash table, against an undisturbed run (pipeline.md, sections 4 and 12).
@Suite(.serialized) struct CrashTests {
    /// What an undisturbed run leaves.
    static func undisturbed(count: Int, seed: UInt64) throws -> [String] {
        let list = try ListPipeline(count: count, seed: seed)
        defer { try? list.drop() }
        let summary = try list.run()
        #expect(summary.deadLetters.count >= 1)
        #expect(summary.predictionsInserted > count / 6)
        #expect(summary.duplicates.values.reduce(0, +) > 0)
        return try list.dump()
    }

    /// Runs a member in a process of its own that kills itself at the fail point.
    static func crash(_ list: ListPipeline) async {
        await #expect(processExitsWith: .signal(SIGKILL)) { [list] in
            try list.run()
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var point: FailPoint
        var offset: Int64
        var testDescription: String { "\(point.rawValue)@\(offset)" }
    }

    static let count = 400
    static let cases: [Case] = FailPoint.allCases.flatMap { point in
        switch point {
        // A claim passes its point at the checkpoint that it finds: only 0 at a first start.
        case .midClaim: [Case(point: point, offset: 0)]
        // The last refused record is not the last record.
        case .afterDeadLetter: [0, 200, 380].map { Case(point: point, offset: $0) }
        case .midRevoke: [0, 200].map { Case(point: point, offset: $0) }
        default: [0, 200, 420].map { Case(point: point, offset: $0) }
        }
    }

    static let expected = Result { try undisturbed(count: count, seed: 1) }

    @Test(arguments: cases) func aKillAtAPointOfTheCrashTableChangesNothing(_ test: Case) async throws {
        let expected = try Self.expected.get()
        var list = try ListPipeline(count: Self.count)
        defer { try? list.drop() }
        list.interruptions = test.point == .midRevoke ? [100, 300] : []
        list.failPoint = "\(test.point.rawValue)@\(test.offset)"
        await Self.crash(list)
        list.failPoint = nil
        try list.run()
        #expect(firstDifference(expected, try list.dump()) == nil)
        // Once more, with nothing to do.
        let again = try list.run()
        #expect(again.records == 0)
        #expect(firstDifference(expected, try list.dump()) == nil)
    }

    @Test func randomKillsInARowChangeNothing() async throws {
        for seed in 0..<(Heavy.isOn ? 100 : 4) as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let count = 300
            let expected = try Self.undisturbed(count: count, seed: seed)
            var list = try ListPipeline(count: count, seed: seed)
            list.batchRecords = Int.random(in: 1...100, using: &random)
            list.checkpointRecords = Int.random(in: 1...200, using: &random)
            let points: [FailPoint] = [
                .beforeOutputs, .midOutputs, .beforePredictions, .afterOutputs, .midStates, .beforeCheckpoint,
                .lostAck, .beforeCommit,
            ]
            let total = Int64(list.records.count)
            for _ in 0..<3 {
                let stored = try list.pool().collection("checkpoints").findOne()?["next_offset"]?.integer ?? 0
                // Near the end there may be no batch with trades left in which to die.
                guard stored < total - 30 else { break }
                let point = points.randomElement(using: &random) ?? .midOutputs
                list.failPoint = "\(point.rawValue)@\(Int64.random(in: stored..<total - 30, using: &random))"
                await Self.crash(list)
            }
            list.failPoint = nil
            try list.run()
            let difference = firstDifference(expected, try list.dump())
            #expect(difference == nil, "seed \(seed): \(difference ?? "")")
            try list.drop()
        }
    }

    @Test func withoutCheckpointsEverythingIsRecomputedAndMeetsItself() async throws {
        let expected = try Self.expected.get()
        var list = try ListPipeline(count: Self.count)
        defer { try? list.drop() }
        list.checkpointRecords = 1 << 30
        list.failPoint = "after-outputs@380"
        await Self.crash(list)
        #expect(try list.pool().collection("checkpoints").findOne()?["next_offset"]?.integer == 0)
        list.failPoint = nil
        let summary = try list.run()
        #expect(summary.tradesPresent > 300)
        #expect(summary.predictionsPresent + summary.predictionsInserted > 100)
        #expect(summary.predictionsPresent > 0)
        #expect(firstDifference(expected, try list.dump()) == nil)
    }
}
