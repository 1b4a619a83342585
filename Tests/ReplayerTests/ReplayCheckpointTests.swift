import Foundation
import Tape
import TestSupport
import Testing
import TradeModel

@testable import Replayer

/// Resume behind a checkpoint.
@Suite struct ReplayCheckpointTests {
    private let start = TestTape.start

    private func tape(_ folder: TemporaryFolder, _ name: String = "a", count: Int = 300) throws -> String {
        var lines: [(after: Int64, line: TestTape.Line)] = []
        for line in 0..<count {
            let symbols = (0...line % 3).map { ["A", "B"][($0 + line) % 2] }
            let content =
                line % 7 == 3
                ? TestTape.Line.frame(#"{"type":"ping"}"#) : .trades(symbols.map { ($0, "\(line + 1)") })
            lines.append((Int64(line) * 3_000_000, content))
        }
        return try TestTape.write(lines, to: folder.file("\(name).jsonl.gz"), stream: name, memberSize: 1024)
    }

    private func identities(_ records: [SinkDouble.Record]) -> [String] {
        records.compactMap(\.identity).map { "\($0.stream)|\($0.sequence)|\($0.index)" }
    }

    /// Ends a run as kill -9 would: whatever the checkpoint file says at a moment is all that is left of it.
    ///
    /// What the sink has stored by then stays; what was only handed over may arrive or not.
    private func killed(
        _ rehearsal: Rehearsal, after count: Int, file: String
    ) throws -> (file: Data?, handed: Int, stored: Int) {
        var snapshot: (Data?, Int, Int)?
        rehearsal.sink.onHanded = { handed in
            if handed == count {
                snapshot = (FileManager.default.contents(atPath: file), handed, rehearsal.sink.stored.count)
            }
        }
        _ = try rehearsal.run()
        return try #require(snapshot)
    }

    @Test(arguments: 0..<25)
    func afterAKillNothingIsMissingAndDuplicatesAreWithinTheBound(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let folder = try TemporaryFolder("checkpoint")
        let paths = try (seed % 3 == 0 ? ["a", "b"] : ["a"]).map { try tape(folder, $0) }
        let file = folder.file("checkpoint")
        let laps = Int.random(in: 1...2, using: &random)
        let speed: ReplaySpeed = Bool.random(using: &random) ? .maximum : .rate(.one)
        func rehearsal() -> Rehearsal {
            let time = ScriptedTime()
            let sink = SinkDouble(
                time: time, capacity: [5, 100].randomElement(using: &random) ?? 5,
                delay: [0, 40_000_000].randomElement(using: &random) ?? 0)
            return Rehearsal(paths, speed: speed, time: time, sink: sink) {
                $0.checkpoint = file
                $0.laps = laps
                $0.endMarker = true
            }
        }
        let whole = Rehearsal(paths, speed: .maximum) { $0.laps = laps }
        _ = try whole.run()
        let all = identities(whole.sink.handed)

        // What was only handed over when a life ended may have arrived or not: the worst of both counts.
        var handed: [String] = []
        var stored: [String] = []
        var duplicates = 0
        // Three lives that are killed, and one that comes to the end.
        for _ in 0..<3 {
            let life = rehearsal()
            let total = all.count
            let end = Int.random(in: 1...max(1, total / 3), using: &random)
            guard let left = try? killed(life, after: end, file: file) else { break }
            handed += identities(Array(life.sink.handed.prefix(left.handed)))
            stored += identities(Array(life.sink.stored.prefix(left.stored)))
            try #require(left.file).write(to: URL(fileURLWithPath: file))
        }
        let last = rehearsal()
        let report = try last.run()
        handed += identities(last.sink.handed)
        stored += identities(last.sink.stored)
        duplicates = handed.count - Set(handed).count
        #expect(Set(stored) == Set(all), "seed \(seed): none missing, none foreign")
        #expect(Set(handed) == Set(all), "seed \(seed)")
        #expect(report.isResumed)
        #expect(duplicates <= report.possibleDuplicates, "seed \(seed)")
        let markers = last.sink.handed.filter { $0.header == nil }.map(\.value)
        #expect(markers.count == paths.count * laps, "seed \(seed): also of laps that ended before")
        // Resumed runs keep the order: of what a life publishes, nothing comes before what it published earlier.
        var place = -1
        for identity in identities(last.sink.handed) {
            let found = try #require(all.firstIndex(of: identity))
            #expect(found > place)
            place = found
        }
    }

    @Test func aFinishedReplayHasNothingLeftToDo() throws {
        let folder = try TemporaryFolder("checkpoint")
        let path = try tape(folder)
        let file = folder.file("checkpoint")
        _ = try Rehearsal([path], speed: .maximum) { $0.checkpoint = file }.run()
        let again = Rehearsal([path], speed: .maximum) { $0.checkpoint = file }
        let report = try again.run()
        #expect(again.sink.handed.isEmpty && report.isResumed && report.outcome == .done)
        #expect(report.possibleDuplicates == 0)
    }

    @Test func aStoppedReplayGoesOnWithoutDuplicates() throws {
        let folder = try TemporaryFolder("checkpoint")
        let path = try tape(folder)
        let file = folder.file("checkpoint")
        let first = Rehearsal([path]) { $0.checkpoint = file }.script([(200_000_000, .stop)])
        let second = Rehearsal([path]) { $0.checkpoint = file }
        _ = try first.run()
        _ = try second.run()
        let whole = Rehearsal([path], speed: .maximum)
        _ = try whole.run()
        #expect(first.sink.handed.count > 20)
        #expect(identities(first.sink.handed + second.sink.handed) == identities(whole.sink.handed))
    }

    @Test func theShiftOfTheFirstRunHoldsForTheNext() throws {
        let folder = try TemporaryFolder("checkpoint")
        let path = try tape(folder)
        let file = folder.file("checkpoint")
        func shifted() -> Rehearsal {
            Rehearsal([path]) {
                $0.checkpoint = file
                $0.shift = .now
            }
        }
        let first = shifted().script([(200_000_000, .stop)])
        _ = try first.run()
        var kept = try #require(try ReplayCheckpoint(path: file))
        #expect(kept.shift != 0)
        kept.shift += 5_000_000_000  // as if the first run had begun at another time
        try kept.write(to: file)
        let second = shifted()
        _ = try second.run()
        #expect(second.sink.handed.first?.identity?.stream == "a~shift+\(kept.shift)")
    }

    @Test func anotherTapeOrOtherOptionsAreRefusedSayingWhatDiffers() throws {
        let folder = try TemporaryFolder("checkpoint")
        let path = try tape(folder)
        let file = folder.file("checkpoint")
        _ = try Rehearsal([path], speed: .maximum) { $0.checkpoint = file }.run()
        let other = try tape(folder, "b")
        let cases: [(String, String, (inout ReplayConfiguration) -> Void)] = [
            (other, "the tape", { _ in }), (path, "topic raw_data, now it is x", { $0.topic = "x" }),
            (path, "--symbols not given, now it is A", { $0.symbols = ["A"] }),
            (path, "--shift-to not given, now it is now", { $0.shift = .now }),
            (path, "--end not given", { $0.end = .offset(5) }),
            (path, "--loop not given, now it is 2", { $0.laps = 2 }),
        ]
        for (tape, word, change) in cases {
            #expect {
                try Rehearsal([tape], speed: .maximum) {
                    $0.checkpoint = file
                    change(&$0)
                }.run()
            } throws: { "\($0)".contains(word) && "\($0)".contains(file) }
        }
        // How fast it plays may change.
        #expect(try Rehearsal([path], speed: .rate(.one)) { $0.checkpoint = file }.run().isResumed)
    }

    @Test(arguments: ["", "{}", #"{"schema":2}"#, "not json"])
    func aFileThatIsNoCheckpointIsRefused(text: String) throws {
        let folder = try TemporaryFolder("checkpoint")
        let file = folder.file("checkpoint")
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        #expect(throws: ReplayError.self) { try ReplayCheckpoint(path: file) }
    }

    @Test func aPlaceThatCannotBeWrittenIsNamed() throws {
        let folder = try TemporaryFolder("checkpoint")
        let path = try tape(folder)
        #expect {
            try Rehearsal([path]) { $0.checkpoint = folder.file("no/such/folder") }.run()
        } throws: { "\($0)".contains("no/such/folder") }
    }
}
