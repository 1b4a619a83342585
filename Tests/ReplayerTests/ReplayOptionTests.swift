import Foundation
import Tape
import TestSupport
import Testing

@testable import Replayer

/// What the options do to what is published, and when.
@Suite struct ReplayOptionTests {
    private func ms(_ milliseconds: Int64) -> Int64 { milliseconds * 1_000_000 }

    private func even(_ folder: TemporaryFolder, _ count: Int = 10) throws -> [String] {
        [try TestTape.even(count, every: 10_000_000, to: folder.file("a.jsonl.gz"))]
    }

    private func streams(_ play: Rehearsal) -> [String] {
        play.sink.handed.compactMap { $0.header?.split(separator: "|").first.map(String.init) }
    }

    // MARK: - Laps

    /// appneta/tcpreplay#85, #674: the pace is right in one lap only.
    @Test(arguments: ["0.5", "1", "7"])
    func lapsTakeEquallyLongAndAreStreamsOfTheirOwn(speed: String) throws {
        let folder = try TemporaryFolder("laps")
        let play = Rehearsal(try even(folder), speed: try ReplaySpeed(speed: speed)) {
            $0.laps = 3
            $0.endMarker = true
        }
        let report = try play.run()
        let trades = play.sink.handed.filter { $0.header != nil }
        #expect(trades.compactMap(\.identity?.sequence) == Array(1...10) + Array(1...10) + Array(1...10))
        let names = ["s1", "s1~2", "s1~3"].flatMap { [String](repeating: $0, count: 10) }
        #expect(streams(play) == names)
        let moments = trades.map { $0.moment - play.time.begun }
        let spans = (0..<3).map { moments[$0 * 10 + 9] - moments[$0 * 10] }
        #expect(spans.max().map { $0 - (spans.min() ?? 0) } ?? 9 <= 1, "within the rounding of one ns")
        #expect(
            play.sink.handed.suffix(3).map(\.value) == [
                #"{"type":"end","stream":"s1","seq":10}"#, #"{"type":"end","stream":"s1~2","seq":10}"#,
                #"{"type":"end","stream":"s1~3","seq":10}"#,
            ])
        #expect(report.laps == 3 && report.endMarkers == 3)
        #expect((report.totalTimeErrorPercent ?? 1) < 0.000_1)
    }

    @Test func aLapBeginsWhereTheLastOneWasToEndHoweverLateThatWas() throws {
        let folder = try TemporaryFolder("laps")
        let time = ManualTime(oversleep: 1_000_000)
        let sink = SinkDouble(time: time)
        var configuration = ReplayConfiguration(tapes: try even(folder), speed: .rate(.one))
        configuration.laps = 100
        let session = ReplaySession(configuration: configuration, time: time)
        let begun = time.now()
        _ = try session.play(session.makePlan(Tapes(configuration)), into: sink, partitions: 1)
        let last = try #require(sink.handed.last)
        // 100 laps of 90 ms; the last record is late by one oversleep, not by a hundred.
        #expect(last.moment - begun == 100 * 90_000_000 + 1_000_000)
    }

    @Test func delaysLieBeforeTheFirstAndBetweenLaps() throws {
        let folder = try TemporaryFolder("laps")
        let play = Rehearsal(try even(folder, 3)) {
            $0.laps = 2
            $0.delay = .seconds(5)
            $0.loopDelay = .seconds(1)
        }
        let report = try play.run()
        #expect(play.milliseconds == [5000, 5010, 5020, 6020, 6030, 6040])
        #expect(report.totalTimeErrorPercent == 0)
    }

    @Test func sameStreamKeepsTheIdentities() throws {
        let folder = try TemporaryFolder("laps")
        let play = Rehearsal(try even(folder, 3), speed: .maximum) {
            $0.laps = 2
            $0.sameStream = true
        }
        _ = try play.run()
        #expect(play.sink.handed.map(\.header).prefix(3) == play.sink.handed.map(\.header).suffix(3))
    }

    @Test func anEndlessLoopEndsWhenStoppedAndAnEmptyTapeAtOnce() throws {
        let folder = try TemporaryFolder("laps")
        let play = Rehearsal(try even(folder, 3)) { $0.laps = 0 }.script([(ms(1000), .stop)])
        let report = try play.run()
        #expect(report.outcome == .stopped && play.sink.handed.count > 100)
        let empty = try TestTape.write([], to: folder.file("empty.jsonl.gz"))
        let none = try Rehearsal([empty]) { $0.laps = 0 }.run()
        #expect(none.outcome == .done && none.published == 0)
    }

    // MARK: - Window, gaps, pace

    @Test func aWindowIsHalfOpenAndItsDurationCountsFromItsStart() throws {
        let folder = try TemporaryFolder("window")
        let play = Rehearsal(try even(folder, 20)) {
            $0.start = .offset(20_000_000)
            $0.duration = .milliseconds(50)
        }
        _ = try play.run()
        #expect(play.sequences == [3, 4, 5, 6, 7])
        #expect(play.milliseconds == [0, 10, 20, 30, 40])
        let other = try TemporaryFolder("window")
        let both = Rehearsal(try even(other, 20)) {
            $0.start = .instant(TestTape.start + 20_000_000)
            $0.end = .offset(40_000_000)
            $0.duration = .seconds(50)
            $0.laps = 2
        }
        _ = try both.run()
        #expect(both.sequences == [3, 4, 3, 4])
    }

    @Test func aSeekStaysInTheWindow() throws {
        let folder = try TemporaryFolder("window")
        let play = Rehearsal(try even(folder, 20)) {
            $0.start = .offset(50_000_000)
            $0.end = .offset(100_000_000)
        }.script([(ms(25), .seek(.instant(TestTape.start)))])
        _ = try play.run()
        #expect(play.sequences == [6, 7, 8] + [6, 7, 8, 9, 10])
    }

    @Test func quietSpansLastNoLongerThanAsked() throws {
        let folder = try TemporaryFolder("gap")
        let path = try TestTape.write(
            [0, 10, 3_600_010, 3_600_020, 3_600_520, 9_000_000].enumerated().map {
                (ms(Int64($0.element)), .trades([("A", "\($0.offset + 1)")]))
            }, to: folder.file("a.jsonl.gz"))
        let play = Rehearsal([path]) { $0.maximumGap = .milliseconds(500) }
        let report = try play.run()
        #expect(play.milliseconds == [0, 10, 510, 520, 1020, 1520])
        #expect(report.skippedGapSeconds == 8_998.48)
        #expect(report.tapeSeconds == 1.52 && report.totalTimeErrorPercent == 0)
    }

    /// probelabs/goreplay#680: times that run backwards made 190 s last 15 min.
    @Test func tradeTimesPaceByTheLargestSoFar() throws {
        let folder = try TemporaryFolder("pace")
        let base = TestTape.start / 1_000_000
        func frame(_ offsets: Int64...) -> TestTape.Line {
            let trades = offsets.map { #"{"c":null,"p":1,"s":"A","t":\#(base + $0),"v":1}"# }
            return .frame(#"{"data":[\#(trades.joined(separator: ","))],"type":"trade"}"#)
        }
        let path = try TestTape.write(
            [
                (ms(0), frame(1000)), (ms(5), frame(1500, 1200)), (ms(6), frame(900)),
                (ms(7), .frame(#"{"type":"ping"}"#)),
                (ms(8), frame(80_000_000)),  // more than a minute ahead of its receipt
                (ms(9), frame(1800)), (ms(9), frame(2000, 1)),
            ], to: folder.file("a.jsonl.gz"))
        let play = Rehearsal([path]) { $0.pace = .trade }
        let report = try play.run()
        #expect(play.sequences == [1, 2, 2, 3, 5, 6, 7, 7], "the tape's order stays")
        #expect(play.milliseconds == [0, 500, 500, 500, 500, 800, 1000, 1000])
        #expect(report.tapeSeconds == 1)
    }

    // MARK: - Frames, shift, names, timestamps

    @Test func wholeFramesGoOutAsTheyCame() throws {
        let folder = try TemporaryFolder("frames")
        let odd = #"{"data":[ {"p":1e-7,"s":"A","t":1723210200734,"v":0.1} ],"type":"trade"}"#
        let path = try TestTape.write(
            [
                (0, .event(.connected(attempt: 1))), (1, .frame(#"{"type":"ping"}"#)), (2, .frame(odd)),
                (3, .frame("not json")), (4, .frame(#"{"msg":"x","type":"error"}"#)),
                (5, .trades([("B", "1"), ("C", "2")])),
            ], to: folder.file("a.jsonl.gz"))
        let play = Rehearsal([path]) {
            $0.form = .frames
            $0.timestamp = .trade
        }
        let report = try play.run(partitions: 1)
        #expect(
            play.sink.handed.map(\.value) == [
                #"{"type":"ping"}"#, odd, "not json", #"{"msg":"x","type":"error"}"#,
                TestTape.frame([("B", "1"), ("C", "2")]),
            ])
        #expect(play.sink.handed.allSatisfy { $0.key == nil && $0.header == nil && $0.partition == 0 })
        #expect(play.sink.handed[1].timestamp == 1_723_210_200_734)
        #expect(report.published == 5 && report.acknowledged == 5)
    }

    @Test(arguments: [RecordTimestamp.publish, .trade, .receive])
    func timestampsFollowTheirPolicy(policy: RecordTimestamp) throws {
        let folder = try TemporaryFolder("timestamps")
        let play = Rehearsal(try even(folder, 3)) { $0.timestamp = policy }
        _ = try play.run()
        let expected: [Int64?] =
            switch policy {
            case .publish: [nil, nil, nil]
            case .trade: [1_723_210_200_734, 1_723_210_200_734, 1_723_210_200_734]
            case .receive: (0..<3).map { TestTape.start / 1_000_000 + $0 * 10 }
            }
        #expect(play.sink.handed.map(\.timestamp) == expected)
    }

    @Test func aShiftMovesAllTimesByOneConstantAndNothingElse() throws {
        let folder = try TemporaryFolder("shift")
        let odd =
            #"{"data":[{"x":{"t":1},"s":"t","t" : 1723210200734 ,"p":1.50,"v":"5","y":",\"t\":7"},{"\u0074":1723210200734,"s":"A","p":2,"v":5}],"type":"trade"}"#
        let path = try TestTape.write(
            [(0, .event(.connected(attempt: 1))), (7_000_001, .trades([("A", "1")])), (8_000_000, .frame(odd))],
            to: folder.file("a.jsonl.gz"))
        // The constant is whole seconds: 1800000000123456789 minus the first frame's receipt, rounded down.
        let second: Int64 = 1_000_000_000
        let constant = (Int64(1_800_000_000_123_456_789) - TestTape.start - 7_000_001) / second * second
        let time = 1_723_210_200_734 + constant / 1_000_000
        let play = Rehearsal([path]) {
            $0.shift = .now
            $0.timestamp = .receive
        }
        let report = try play.run()
        #expect(play.sink.handed.map(\.value).first == #"{"c":["1"],"p":1,"s":"A","t":\#(time),"v":5}"#)
        #expect(play.sink.handed.last?.value == #"{"p":2,"s":"A","t":\#(time),"v":5}"#, "escaped keys are written anew")
        let identity = try #require(play.sink.handed.first?.identity)
        #expect(identity.stream == "s1~shift+\(constant)" && identity.sequence == 2)
        #expect(identity.receive == TestTape.start + 7_000_001 + constant)
        #expect(play.sink.handed.first?.timestamp == (TestTape.start + 7_000_001 + constant) / 1_000_000)
        #expect(report.counts.rejectedTrades == 1)

        let whole = Rehearsal([path]) {
            $0.shift = .instant(TestTape.start + 7_000_001 + 1_999_999_999)
            $0.form = .frames
        }
        _ = try whole.run()
        #expect(
            whole.sink.handed.map(\.value) == [
                TestTape.frame([("A", "1")]).replacing("1723210200734", with: "1723210201734"),
                odd.replacing(
                    #"{"\u0074":1723210200734,"s":"A","p":2,"v":5}"#, with: #"{"p":2,"s":"A","t":1723210201734,"v":5}"#),
            ], "a rejected trade keeps its time")
        let past = Rehearsal([path]) { $0.shift = .instant(TestTape.start) }
        _ = try past.run()
        #expect(past.sink.handed.first?.identity?.stream == "s1~shift-1000000000")
    }

    @Test func anotherStreamIdIsADeliberateSecondRun() throws {
        let folder = try TemporaryFolder("names")
        let play = Rehearsal(try even(folder, 2), speed: .maximum) {
            $0.publishedStream = "again"
            $0.laps = 2
        }
        _ = try play.run()
        #expect(streams(play) == ["again", "again", "again~2", "again~2"])
        let several = try ["c", "d"].map {
            try TestTape.even(2, every: 1, to: folder.file("\($0).jsonl.gz"), stream: $0)
        }
        #expect(throws: ReplayError.self) { try Rehearsal(several) { $0.publishedStream = "one" }.run() }
        let long = String(repeating: "x", count: 64)
        #expect(throws: ReplayError.self) {
            let other = try TemporaryFolder("names")
            return try Rehearsal(try even(other, 2)) {
                $0.publishedStream = long
                $0.laps = 2
            }.run()
        }
    }

    // MARK: - Overload

    /// ros2/rosbag2#2091: each policy with a sink that takes a quarter of what the tape asks for.
    @Test func overloadDropsAndCountsOrFails() throws {
        let folder = try TemporaryFolder("overload")
        let path = try TestTape.even(400, every: 1_000_000, to: folder.file("a.jsonl.gz"))
        let time = ScriptedTime()
        let sink = SinkDouble(time: time, capacity: 10, delay: 40_000_000)
        let play = Rehearsal([path], time: time, sink: sink) { $0.overload = .drop }
        let report = try play.run()
        #expect(report.published + report.dropped == 400 && report.dropped > 200 && report.published >= 100)
        #expect(report.acknowledged == report.published && report.hasLoss)
        #expect(report.symbols.map { $0.published + $0.dropped } == [134, 133, 133])
        #expect(report.blockedSeconds == 0 && report.lateness?.max == 0, "the clock is not held")
        #expect(play.sequences == play.sequences.sorted() && Set(play.sequences).count == play.sequences.count)
        #expect(report.totalTimeErrorPercent == 0)

        let other = ScriptedTime()
        let failing = Rehearsal([path], time: other, sink: SinkDouble(time: other, capacity: 10, delay: 40_000_000)) {
            $0.overload = .fail
        }
        #expect { try failing.run() } throws: { "\($0)".contains("--overload") }

        let third = ScriptedTime()
        let fast = Rehearsal(
            [path], speed: .maximum, time: third, sink: SinkDouble(time: third, capacity: 10, delay: 40_000_000)
        ) { $0.overload = .drop }
        #expect(try fast.run().dropped == 0, "at top speed a full queue is waited for")
    }

    // MARK: - Refusals

    @Test func whatDoesNotGoTogetherIsRefused() throws {
        let changes: [(inout ReplayConfiguration) -> Void] = [
            {
                $0.form = .frames
                $0.symbols = ["A"]
            }, { $0.laps = -1 },
            {
                $0.tapes = ["-"]
                $0.laps = 2
            },
            {
                $0.tapes = ["-"]
                $0.checkpoint = "x"
            },
            {
                $0.follows = true
                $0.laps = 0
            },
            {
                $0.checkpoint = "x"
                $0.overload = .drop
            }, { $0.maximumGap = .seconds(-1) },
        ]
        for change in changes {
            var configuration = ReplayConfiguration(tapes: ["a"])
            change(&configuration)
            #expect(throws: ReplayError.self) { try configuration.validate() }
        }
    }
}
