import TestSupport
import Testing

@testable import Replayer

@Suite struct FlightWindowTests {
    /// How many records were on their way at most, and how long the replay took in virtual time, in ns.
    private func replay(_ trades: Int, roundTrip: Duration, delay: Int64) throws -> (most: Int, time: Int64) {
        let folder = try TemporaryFolder("window")
        let frame = TestTape.Line.trades(Array(repeating: ("A", "1"), count: 1000))
        let path = try TestTape.write((0..<trades / 1000).map { (Int64($0), frame) }, to: folder.file("a.jsonl.gz"))
        let time = ManualTime()
        let sink = SinkDouble(time: time, capacity: .max, delay: delay)
        var most = 0
        sink.onHanded = { [unowned sink] in most = max(most, $0 - sink.stored.count) }
        let begun = time.now()
        let report = try play([path], speed: .maximum, time: time, into: sink, roundTrip: roundTrip)
        #expect(report.acknowledged == trades)
        return (most, time.now() - begun)
    }

    @Test func aNearBrokerHasFewRecordsOnTheirWay() throws {
        let near = try replay(100_000, roundTrip: .zero, delay: 1_000_000)
        #expect(near.most == FlightWindow.nearby)
    }

    @Test func aFarBrokerHasAsManyAsTheWayHolds() throws {
        let far = try replay(100_000, roundTrip: .milliseconds(40), delay: 40_000_000)
        #expect(far.most == FlightWindow.nearby + 64_000)
        // Two journeys, where the window of a near one would take seven.
        #expect(far.time == 80_000_000)
    }

    @Test(arguments: [
        (Duration.zero, 16_384), (.milliseconds(-1), 16_384), (.milliseconds(1), 17_984), (.milliseconds(100), 176_384),
        (.seconds(1), 1 << 19), (.seconds(1_000_000), 1 << 19),
    ])
    func itIsBoundedByTheLog(roundTrip: Duration, size: Int) {
        #expect(FlightWindow.size(roundTrip: roundTrip) == size)
    }
}
