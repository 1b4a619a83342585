import Testing

@testable import Recorder

@Suite struct StreamClockTests {
    private static let second: Int64 = 1_000_000_000

    @Test func aForwardStepMovesTheAnchorAndIsToldOnce() {
        var clock = StreamClock(monotonic: 5, system: 1000 * Self.second)
        #expect(clock.check(monotonic: 5 + Self.second, system: 1001 * Self.second) == nil)
        #expect(clock.check(monotonic: 5 + Self.second, system: 1004 * Self.second) == 3 * Self.second)
        #expect(clock.receive(at: 5 + Self.second) == 1004 * Self.second)
        #expect(clock.check(monotonic: 5 + 2 * Self.second, system: 1005 * Self.second) == nil)
    }

    @Test func aBackwardStepKeepsTheAnchorAndIsToldOnce() {
        var clock = StreamClock(monotonic: 0, system: 1000 * Self.second)
        #expect(clock.check(monotonic: Self.second, system: 991 * Self.second) == -10 * Self.second)
        #expect(clock.receive(at: Self.second) == 1001 * Self.second)
        #expect(clock.check(monotonic: 2 * Self.second, system: 992 * Self.second) == nil)
        #expect(clock.check(monotonic: 3 * Self.second, system: 983 * Self.second) == -20 * Self.second)
        // The step is taken back: the stream clock was right all along, and that is told too.
        #expect(clock.check(monotonic: 4 * Self.second, system: 1004 * Self.second) == 0)
        #expect(clock.receive(at: 4 * Self.second) == 1004 * Self.second)
    }

    @Test func smallDifferencesAreNoStep() {
        var clock = StreamClock(monotonic: 0, system: 0)
        #expect(clock.check(monotonic: Self.second, system: Self.second + 50_000_000) == nil)
        #expect(clock.check(monotonic: 2 * Self.second, system: 2 * Self.second) == nil)
        #expect(clock.check(monotonic: 3 * Self.second, system: 3 * Self.second - 50_000_000) == nil)
        #expect(clock.receive(at: 3 * Self.second) == 3 * Self.second)
    }

    @Test func receiveTimesNeverRunBackwards() {
        let random = SeededRandom(seed: 3)
        var clock = StreamClock(monotonic: 0, system: 1000 * Self.second)
        var (monotonic, last): (Int64, Int64) = (0, .min)
        for _ in 0..<10_000 {
            monotonic += random.next(in: 0...Self.second)
            _ = clock.check(monotonic: monotonic, system: random.next(in: 0...4000) * Self.second)
            let receive = clock.receive(at: monotonic)
            #expect(receive >= last)
            last = receive
        }
    }
}

@Suite struct StreamNameTests {
    @Test func namesSortByTimeWithinOneSecondToo() {
        let receive: Int64 = 1_723_210_200_999_000_000
        #expect(StreamName.make(at: receive, 0x7f3a) == "20240809T133000Z-7f3a")
        #expect(StreamName.make(at: receive, 1, after: "20240809T133000Z-7f3a") == "20240809T133001Z-0001")
        #expect(StreamName.make(at: receive, 1, after: "import-zzz") == "20240809T133000Z-0001")
    }
}
