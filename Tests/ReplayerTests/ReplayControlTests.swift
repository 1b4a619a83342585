import Tape
import TestSupport
import Testing

@testable import Replayer

/// Commands while a tape plays: every position is exact to the record.
@Suite struct ReplayControlTests {
    /// Twenty trades, one each 10 ms, sequence numbers from 1.
    private func rehearsal(
        _ folder: TemporaryFolder, speed: ReplaySpeed = .rate(.one),
        _ change: (inout ReplayConfiguration) -> Void = { _ in }
    ) throws -> Rehearsal {
        Rehearsal(
            [try TestTape.even(20, every: 10_000_000, to: folder.file("a.jsonl.gz"))], speed: speed, change)
    }

    private func ms(_ milliseconds: Int64) -> Int64 { milliseconds * 1_000_000 }

    @Test func aPauseHoldsThePositionAndAResumeGoesOnFromIt() throws {
        let folder = try TemporaryFolder("controls")
        let play = try rehearsal(folder).script([(ms(45), .pause), (ms(1045), .resume)])
        let report = try play.run()
        #expect(play.sequences == Array(1...20))
        let expected = [0, 10, 20, 30, 40] + (5..<20).map { Int64(1000 + $0 * 10) }
        #expect(play.milliseconds == expected)
        #expect(report.commands.map(\.command) == [.pause, .resume])
        #expect(report.commands.map(\.sequence) == [5, 5])
        #expect(report.commands.map(\.seconds) == [0.045, 1.045])
        #expect(report.commands.first?.position == TestTape.start + ms(40))
        #expect(report.pausedSeconds == 1 && report.blockedSeconds == 0)
        #expect(report.totalTimeErrorPercent == 0, "a pause is no error of the clock")
        #expect(report.lateness?.max == 0)
    }

    @Test func repeatedPausesAndResumesChangeNothing() throws {
        let folder = try TemporaryFolder("controls")
        let play = try rehearsal(folder).script([
            (ms(15), .resume), (ms(25), .pause), (ms(30), .pause), (ms(35), .toggle), (ms(40), .toggle),
            (ms(50), .toggle), (ms(60), .resume),
        ])
        _ = try play.run()
        #expect(play.sequences == Array(1...20))
        // Paused from 25 to 35 and from 40 to 50: 20 ms in all.
        let expected = [0, 10, 20] + (5...21).map { Int64($0) * 10 }
        #expect(play.milliseconds == expected)
    }

    @Test func aSpeedChangeMovesNothingThatWasPlayed() throws {
        let folder = try TemporaryFolder("controls")
        let play = try rehearsal(folder).script([
            (ms(45), .speed(try ReplaySpeed(speed: "10"))), (ms(46), .speed(try ReplaySpeed(speed: "0.5"))),
        ])
        let report = try play.run()
        #expect(play.sequences == Array(1...20))
        // At 45 ms of tape for 1 ms ten times as fast: at 46 ms it stands at 55; then two ms for each.
        #expect(play.milliseconds.prefix(6) == [0, 10, 20, 30, 40, 45])
        #expect(play.sink.handed[5].moment - play.time.begun == 45_500_000)
        let slow = (6..<20).map { Int64(46 + ($0 * 10 - 55) * 2) }
        #expect(Array(play.milliseconds.dropFirst(6)) == slow)
        #expect(report.commands.map(\.speed) == ["10", "0.5"])
        #expect(report.totalTimeErrorPercent == nil, "nothing says how long it should have taken")
    }

    @Test func fasterAndSlowerAreFactorsOfTwoWithinBounds() throws {
        var rate = try #require(ReplayRate("0.03"))
        #expect(rate.scaled(.slower)?.description == "0.015")
        #expect(rate.scaled(.faster)?.description == "0.06")
        rate = try #require(ReplayRate("600000"))
        #expect(rate.scaled(.faster) == nil)
        #expect(try #require(ReplayRate("0.015")).scaled(.slower) == nil)
        #expect(try #require(ReplayRate("3")).scaled(.slower)?.description == "1.5")
        let folder = try TemporaryFolder("controls")
        let play = try rehearsal(folder).script([(ms(5), .faster), (ms(10), .slower)])
        #expect(try play.run().commands.map(\.speed) == ["2", "1"])
    }

    @Test func topSpeedAndBackKeepsThePlace() throws {
        let folder = try TemporaryFolder("controls")
        let play = try rehearsal(folder).script([(ms(45), .speed(.maximum))])
        _ = try play.run()
        #expect(play.sequences == Array(1...20))
        let moments = [0, 10, 20, 30, 40] + [Int64](repeating: 45, count: 15)
        #expect(play.milliseconds == moments)

        let other = try TemporaryFolder("controls")
        let back = try rehearsal(other, speed: .maximum)
        back.sink.onHanded = { [session = back.session] count in
            if count == 8 { session.send(.speed(.rate(.one))) }
        }
        _ = try back.run()
        #expect(back.sequences == Array(1...20))
        let expected = [Int64](repeating: 0, count: 8) + (1...12).map { Int64($0 * 10) }
        #expect(back.milliseconds == expected)
    }

    @Test(arguments: [
        (ReplayControl.Target.offset(105_000_000), Int64(12)), (.offset(110_000_000), 12),
        (.instant(TestTape.start + 150_000_000), 16), (.distance(60_000_000), 12), (.distance(-30_000_000), 3),
        (.distance(-10_000_000_000), 1), (.offset(0), 1), (.instant(0), 1),
    ])
    func aSeekGoesOnWithTheFirstLineAtOrBehindItsTarget(target: ReplayControl.Target, first: Int64) throws {
        let folder = try TemporaryFolder("controls")
        let play = try rehearsal(folder).script([(ms(45), .seek(target))])
        let report = try play.run()
        #expect(play.sequences == Array(1...5) + Array(first...20))
        #expect(report.commands.map(\.sequence) == [5])
        #expect(!report.hasLoss && report.outcome == .done)
        let wait = play.milliseconds[5] - 45
        let place: Int64 =
            switch target {
            case .offset(let distance): distance
            case .instant(let time): max(0, time - TestTape.start)
            case .distance(let distance): max(0, ms(45) + distance)
            }
        #expect(wait == ((first - 1) * 10_000_000 - place) / 1_000_000, "the line comes when its time has come")
    }

    @Test func aSeekBehindTheEndEndsThePlay() throws {
        let folder = try TemporaryFolder("controls")
        let play = try rehearsal(folder).script([(ms(45), .seek(.offset(ms(10_000))))])
        let report = try play.run()
        #expect(play.sequences == Array(1...5) && report.outcome == .done)
    }

    @Test func aSeekWhilePausedStaysPausedThere() throws {
        let folder = try TemporaryFolder("controls")
        let play = try rehearsal(folder).script([
            (ms(45), .pause), (ms(50), .seek(.offset(ms(100)))), (ms(1000), .resume),
        ])
        _ = try play.run()
        #expect(play.sequences == Array(1...5) + Array(11...20))
        let rest: [Int64] = (0..<10).map { 1000 + $0 * 10 }
        #expect(Array(play.milliseconds.dropFirst(5)) == rest)
    }

    @Test func stepsPlayOneFrameEachAndStayPaused() throws {
        let folder = try TemporaryFolder("controls")
        let play = try rehearsal(folder) { $0.startsPaused = true }.script([
            (ms(100), .step(1)), (ms(200), .step(2)), (ms(300), .seek(.offset(ms(95)))), (ms(400), .step(1)),
            (ms(500), .resume),
        ])
        let report = try play.run()
        #expect(play.sequences == [1, 2, 3] + Array(11...20))
        #expect(play.milliseconds.prefix(4) == [100, 200, 200, 400])
        // Whoever resumes goes on behind the frame: the next one is 10 ms of tape away.
        let rest: [Int64] = (1...9).map { 500 + $0 * 10 }
        #expect(Array(play.milliseconds.dropFirst(4)) == rest)
        #expect(report.commands.map(\.sequence) == [nil, 1, 3, nil, 11])
    }

    /// A step is a frame with all its trades; events do not count as one.
    @Test func aStepTakesAllTradesOfItsFrameAndTheEventsBefore() throws {
        let folder = try TemporaryFolder("controls")
        let path = try TestTape.write(
            [
                (0, .event(.connected(attempt: 1))), (1, .trades([("A", "1"), ("B", "2")])),
                (2, .event(.resumed(length: 1))), (3, .trades([("A", "3")])), (4, .trades([("A", "4")])),
            ], to: folder.file("a.jsonl.gz"))
        let play = Rehearsal([path]) { $0.startsPaused = true }.script([
            (ms(10), .step(1)), (ms(20), .step(1)), (ms(30), .stop),
        ])
        let report = try play.run()
        #expect(play.sequences == [2, 2, 4])
        #expect(play.milliseconds == [10, 10, 20])
        #expect(report.outcome == .stopped && report.counts.events == 2)
    }

    @Test func stopEndsAtOnceAndFlushes() throws {
        let folder = try TemporaryFolder("controls")
        let play = try rehearsal(folder) { $0.endMarker = true }.script([(ms(45), .stop)])
        let report = try play.run()
        #expect(play.sequences == Array(1...5))
        #expect(report.outcome == .stopped && report.acknowledged == 5 && report.endMarkers == 0)
    }

    @Test func withANumberASecondCommandsHoldTheRecordsInTheMiddleOfAFrame() throws {
        let folder = try TemporaryFolder("controls")
        let path = try TestTape.write(
            (0..<4).map { frame in (Int64(frame), .trades((0..<5).map { ("A", "\(frame * 5 + $0 + 1)") })) },
            to: folder.file("a.jsonl.gz"))
        let play = Rehearsal([path], speed: try ReplaySpeed(perSecond: "100")).script([
            (ms(25), .pause), (ms(1025), .resume),
        ])
        let report = try play.run()
        let expected = [0, 10, 20] + (3..<20).map { Int64(1000 + $0 * 10) }
        #expect(play.milliseconds == expected)
        #expect(report.totalTimeErrorPercent == 0)
    }

    @Test func theStatusFollowsTheClock() throws {
        let folder = try TemporaryFolder("controls")
        let play = try rehearsal(folder).script([(ms(45), .pause)])
        let seen = Seen()
        play.time.at(ms(200)) { [session = play.session] in seen.add(session.status) }
        play.time.at(ms(300)) { [session = play.session] in session.send(.resume) }
        play.time.at(ms(420)) { [session = play.session] in seen.add(session.status) }
        _ = try play.run()
        let first = try #require(seen.all.first)
        #expect(first.phase == .paused && first.sequence == 5 && first.position == TestTape.start + ms(40))
        #expect(first.commands == 1 && first.published == 5 && first.acknowledged == 5)
        let second = try #require(seen.all.last)
        #expect(second.phase == .playing && (second.sequence ?? 0) >= 15 && second.commands == 2)
        #expect(play.session.status.phase == .ended && play.session.status.sequence == 20)
    }

    @Test func anInboxIsBounded() {
        let inbox = ControlInbox(wake: {})
        for _ in 0..<ControlInbox.limit { #expect(inbox.send(.pause)) }
        #expect(!inbox.send(.stop))
        #expect(inbox.take() == .pause && inbox.send(.stop))
    }
}
