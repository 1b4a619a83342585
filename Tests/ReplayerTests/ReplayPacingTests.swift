import Kafka
import Tape
import TestSupport
import Testing

@testable import Replayer

/// Plays a tape in manual time into a double.
func play(
    _ paths: [String], speed: ReplaySpeed, time: ManualTime = ManualTime(), into sink: any RecordSink,
    partitions: Int = 1, roundTrip: Duration = .zero, source: ((TapeReader) -> any TapeSource)? = nil,
    change: (inout ReplayConfiguration) -> Void = { _ in }
) throws -> ReplayReport {
    var configuration = ReplayConfiguration(tapes: paths, speed: speed)
    change(&configuration)
    let reader = try TapeReader(paths: paths, configuration: TapeReaderConfiguration(workers: 1))
    let session = ReplaySession(configuration: configuration, time: time)
    return try session.play(source?(reader) ?? reader, into: sink, partitions: partitions, roundTrip: roundTrip)
}

@Suite struct ReplayPacingTests {
    /// Sleeps that are summed drift; absolute deadlines do not, whatever each wait oversleeps.
    @Test func theErrorAtTheMillionthLineIsThatOfTheFirst() throws {
        let time = ManualTime(oversleep: 1_000_000)
        let engine = ReplayEngine(
            settings: EngineSettings(), sink: SinkDouble(time: time), time: time, place: "", givesUp: { false })
        let begun = time.now()
        engine.nextTick = .max
        engine.state.anchor(at: 0, now: begun)
        var errors: Set<Int64> = []
        for line in 1...1_000_000 {
            guard try engine.awaitTurn(of: Int64(line) * 3_000_017) == .onward else { return }
            errors.insert(time.now() - begun - Int64(line) * 3_000_017)
        }
        #expect(errors == [1_000_000])
    }

    @Test(arguments: ["1", "0.5", "10", "3", "1000"])
    func recordsComeAtTheirTimesDividedByTheSpeed(speed: String) throws {
        let folder = try TemporaryFolder("pacing")
        let path = try TestTape.even(200, every: 1_000_003, to: folder.file("a.jsonl.gz"))
        let time = ManualTime()
        let sink = SinkDouble(time: time)
        let begun = time.now()
        let rate = try #require(ReplayRate(speed))
        let report = try play([path], speed: .rate(rate), time: time, into: sink)
        for (index, record) in sink.handed.enumerated() {
            let exact = Int128(index) * 1_000_003 * Int128(rate.denominator)
            let due = (exact + Int128(rate.numerator) - 1) / Int128(rate.numerator)
            #expect(Int128(record.moment - begun) == due)
        }
        #expect(sink.handed.count == 200)
        #expect(report.lateness?.max == 0)
        let error = try #require(report.totalTimeErrorPercent)
        #expect(error < 0.001)
        #expect(report.tapeSeconds == 0.199000597)
    }

    @Test func aNumberPerSecondGivesOneRecordPerInterval() throws {
        let folder = try TemporaryFolder("pacing")
        // Trades come five in a frame and at wild times: neither matters.
        let lines = (0..<60).map { frame in
            (Int64(frame * frame) * 10_000_000, TestTape.Line.trades((0..<5).map { ("A", "\(frame * 5 + $0 + 1)") }))
        }
        let path = try TestTape.write(lines, to: folder.file("a.jsonl.gz"))
        let time = ManualTime()
        let sink = SinkDouble(time: time)
        let begun = time.now()
        let report = try play([path], speed: ReplaySpeed(perSecond: "100"), time: time, into: sink)
        #expect(sink.handed.map { $0.moment - begun } == (0..<300).map { Int64($0) * 10_000_000 })
        #expect(report.lateness?.max == 0)
        #expect(report.totalTimeErrorPercent == 0)
    }

    @Test func topSpeedWaitsForNothing() throws {
        let folder = try TemporaryFolder("pacing")
        let path = try TestTape.even(500, every: 1_000_000_000, to: folder.file("a.jsonl.gz"))
        let time = ManualTime()
        let sink = SinkDouble(time: time)
        let begun = time.now()
        let report = try play([path], speed: .maximum, time: time, into: sink)
        #expect(time.now() == begun)
        #expect(report.published == 500 && report.acknowledged == 500)
        #expect(report.lateness == nil && report.totalTimeErrorPercent == nil)
    }

    /// ros2/rosbag2#2091: a slow sink must change neither order nor proportions, and cause no burst afterwards.
    @Test func aSlowSinkHoldsTheClockForAllAlike() throws {
        let folder = try TemporaryFolder("slow")
        let path = try TestTape.even(400, every: 1_000_000, to: folder.file("a.jsonl.gz"))
        let time = ManualTime()
        // Room for 10, each stays 40 ms: a quarter of what the tape asks for.
        let sink = SinkDouble(time: time, capacity: 10, delay: 40_000_000)
        let begun = time.now()
        let report = try play([path], speed: .rate(.one), time: time, into: sink)
        #expect(sink.stored.map(\.value) == (1...400).map { TestTape.object(["A", "B", "C"][($0 - 1) % 3], "\($0)") })
        #expect(report.symbols.map(\.acknowledged) == [134, 133, 133])
        #expect(report.blockedSeconds > 0.5)
        let gaps = zip(sink.handed.dropFirst(), sink.handed).map { $0.moment - $1.moment }
        #expect(gaps.allSatisfy { $0 >= 1_000_000 }, "no burst: the spacing of the tape is the least there is")
        #expect(
            sink.handed.last.map { $0.moment - begun } ?? 0 >= 399_000_000 + Int64(report.blockedSeconds * 1e9) - 1000)
        #expect(report.lateness?.max == 0, "held time is no lateness")
        #expect(report.hasLoss == false)
    }

    /// ros2/rosbag2#1963: a reader that is late is told as such; the clock does not wait, the player catches up.
    @Test func aSlowReaderStarvesThePlayerWhichCatchesUp() throws {
        final class SlowSource: TapeSource {
            let reader: TapeReader
            let time: ManualTime
            private var calls = 0
            init(_ reader: TapeReader, _ time: ManualTime) { (self.reader, self.time) = (reader, time) }
            func next() throws(TapeError) -> TapeBatch? {
                calls += 1
                if calls == 4 { time.advance(by: 700_000_000) }
                return try reader.next()
            }
        }
        let folder = try TemporaryFolder("starved")
        let path = try TestTape.even(400, every: 10_000_000, to: folder.file("a.jsonl.gz"))
        let time = ManualTime()
        let sink = SinkDouble(time: time)
        let begun = time.now()
        let report = try play([path], speed: .rate(.one), time: time, into: sink) { SlowSource($0, time) }
        #expect(report.published == 400)
        // The line was due 10 ms after the one before, and came 700 ms after it.
        #expect(report.starvedSeconds == 0.69)
        #expect(report.lateness?.max == 0.69)
        #expect(report.blockedSeconds == 0)
        #expect(sink.handed.last.map { $0.moment - begun } == 3_990_000_000, "caught up")
    }

    /// ros2/rosbag2#1041: several files pace as one.
    @Test func severalTapesPlayAsOneInReceiveOrder() throws {
        let folder = try TemporaryFolder("several")
        let paths = try (0..<3).map { tape in
            try TestTape.write(
                (0..<50).map {
                    (Int64($0) * 3_000_000 + Int64(tape) * 1_000_000, .trades([("S\(tape)", "\($0 + 1)")]))
                },
                to: folder.file("\(tape).jsonl.gz"), stream: "s\(tape)")
        }
        let time = ManualTime()
        let sink = SinkDouble(time: time)
        let begun = time.now()
        _ = try play(paths, speed: .rate(.one), time: time, into: sink)
        #expect(sink.handed.map { $0.moment - begun } == (0..<150).map { Int64($0) * 1_000_000 })
        #expect(sink.handed.map(\.key) == (0..<150).map { "S\($0 % 3)" })
    }
}
