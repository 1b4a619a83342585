import Tape
import Testing

@testable import Recorder

@Suite struct PublishMonitorTests {
    private static let second: Int64 = 1_000_000_000

    @Test func aBrokerThatAnswersIsNeverBehind() {
        var monitor = PublishMonitor()
        for step in 0..<1000 {
            let event = monitor.note(
                outstanding: 100, acknowledged: step * 10, isReadingTape: false, at: Int64(step) * Self.second)
            #expect(event == nil)
        }
    }

    @Test func tenSecondsWithoutAnAcknowledgementAreBehindAndCatchingUpIsTold() {
        var monitor = PublishMonitor()
        #expect(monitor.note(outstanding: 0, acknowledged: 5, isReadingTape: false, at: 0) == nil)
        #expect(monitor.note(outstanding: 7, acknowledged: 5, isReadingTape: false, at: Self.second) == nil)
        #expect(
            monitor.note(outstanding: 9, acknowledged: 5, isReadingTape: false, at: 10 * Self.second)
                == .publishBehind(records: 9))
        #expect(monitor.note(outstanding: 9, acknowledged: 5, isReadingTape: false, at: 60 * Self.second) == nil)
        // Acknowledgements alone are no catching up: what waited a second ago has to be among them.
        #expect(monitor.note(outstanding: 8, acknowledged: 9, isReadingTape: false, at: 61 * Self.second) == nil)
        #expect(monitor.note(outstanding: 9, acknowledged: 15, isReadingTape: false, at: 90 * Self.second) == nil)
        #expect(
            monitor.note(outstanding: 1, acknowledged: 25, isReadingTape: false, at: 90 * Self.second + 5)
                == .publishResumed(records: 20))
    }

    @Test func readingTheTapeIsBehindUntilItEnds() {
        var monitor = PublishMonitor()
        #expect(
            monitor.note(outstanding: 2, acknowledged: 0, isReadingTape: true, at: 0) == .publishBehind(records: 2))
        for step in 1..<100 {
            #expect(
                monitor.note(
                    outstanding: 0, acknowledged: step * 1000, isReadingTape: true, at: Int64(step) * Self.second)
                    == nil)
        }
        #expect(monitor.note(outstanding: 0, acknowledged: 99_000, isReadingTape: false, at: 100 * Self.second) == nil)
        #expect(
            monitor.note(outstanding: 0, acknowledged: 99_000, isReadingTape: false, at: 101 * Self.second)
                == .publishResumed(records: 99_000))
    }
}
