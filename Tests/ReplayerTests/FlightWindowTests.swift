import TestSupport
import Testing

@testable import Replayer

@Suite struct FlightWindowTests {
    /// How many records were on their way at most, and how long the replay took in virtual time, in ns.
    private func replay(_ trades: Int, delay: Int64) throws -> (most: Int, time: Int64) {
        let folder = try TemporaryFolder("window")
        let frame = TestTape.Line.trades(Array(repeating: ("A", "1"), count: 1000))
        let path = try TestTape.write((0..<trades / 1000).map { (Int64($0), frame) }, to: folder.file("a.jsonl.gz"))
        let time = ManualTime()
        let sink = SinkDouble(time: time, capacity: .max, delay: delay)
        var most = 0
        sink.onHanded = { [unowned sink] in most = max(most, $0 - sink.stored.count) }
        let begun = time.now()
        let report = try play([path], speed: .maximum, time: time, into: sink)
        #expect(report.acknowledged == trades)
        return (most, time.now() - begun)
    }

    @Test func aNearBrokerHasFewRecordsOnTheirWay() throws {
        #expect(try replay(100_000, delay: 0).most <= FlightWindow.smallest)
    }

    @Test func theWindowGrowsUntilAFarBrokerIsNoBottleneck() throws {
        let far = try replay(200_000, delay: 100_000_000)
        #expect(far.most > 2 * FlightWindow.smallest)
        // Thirteen journeys if the window stayed as it is; a quarter more with each, it is eight.
        #expect(far.time < 10 * 100_000_000)
    }

    @Test func whatWaitsInAQueueMakesTheWindowNoLarger() {
        var window = FlightWindow()
        // A record alone takes 10 ms.
        window.start(token: 0, acknowledged: 0, now: 0)
        window.finish(acknowledged: 1, now: 10_000_000)
        #expect(window.size == FlightWindow.smallest)
        // Behind 5,000,000 others it takes a second: a hundred times the way, of which one and a quarter are wanted.
        window.start(token: 100_000, acknowledged: 1, now: 10_000_000)
        window.finish(acknowledged: 5_000_001, now: 1_010_000_000)
        #expect(window.size == 62_500)
    }

    @Test func aShortestTimeIsForgotten() {
        var window = FlightWindow()
        window.start(token: 0, acknowledged: 0, now: 0)
        window.finish(acknowledged: 1, now: 1_000_000)
        // The broker has moved: what was short once is never seen again.
        let later = FlightWindow.memory + 1_000_000
        window.start(token: 1, acknowledged: 1, now: later)
        window.finish(acknowledged: 50_001, now: later + 100_000_000)
        #expect(window.size == 62_500)
    }
}
