import Tape
import Testing
import WebSocket

@testable import Recorder

@Suite struct RecordingSessionTests {
    private static let second: Int64 = 1_000_000_000

    @Test func connectsSubscribesWithSpacingAndTellsOnce() {
        var feed = VirtualFeed(symbols: ["A", "B", "C"])
        feed.start()
        #expect(feed.done.map(\.action) == [.connect])
        feed.open()
        feed.advance(seconds: 1)
        let sent = feed.done.filter { if case .subscribe = $0.action { true } else { false } }
        #expect(sent.map(\.at) == [0, 30_000_000, 60_000_000])
        #expect(
            sent.map(\.action) == [
                .subscribe("A", isWanted: true), .subscribe("B", isWanted: true), .subscribe("C", isWanted: true),
            ])
        #expect(feed.events == [.connected(attempt: 1), .subscribed(symbols: ["A", "B", "C"])])
    }

    @Test func pingsOnlyForAnHourAreNoStall() {
        var feed = VirtualFeed.live()
        for _ in 0..<60 {
            feed.advance(seconds: 60)
            feed.frame()
        }
        #expect(feed.session.isLive)
        #expect(feed.events == [.connected(attempt: 1), .subscribed(symbols: ["AAPL"])])
        #expect(feed.count(.ping) == 120)
        #expect(feed.count(.tell(.quiet(seconds: 90))) == 0)
        #expect(feed.rings < 400)
    }

    @Test func silenceWarnsThenStallsThenReconnects() {
        var feed = VirtualFeed.live()
        feed.frame()
        let last = feed.now
        feed.advance(seconds: 89.9)
        #expect(feed.count(.tell(.quiet(seconds: 90))) == 0)
        feed.advance(seconds: 0.2)
        #expect(feed.count(.tell(.quiet(seconds: 90))) == 1)
        feed.advance(seconds: 59.8)
        #expect(feed.session.isLive)
        feed.forget()
        feed.advance(seconds: 0.1)
        #expect(feed.events == [.stalled(silence: 150 * Self.second)])
        #expect(feed.count(.abort) == 1)
        feed.close(.client)
        #expect(
            feed.events.dropFirst() == [
                .disconnected(by: .client, code: nil, reason: ""),
                .gap(from: last + VirtualFeed.epoch, cause: "stalled"),
            ])
        feed.advance(seconds: 1)
        #expect(feed.count(.connect) == 1)
    }

    @Test func aPongIsNoFrame() {
        // There is no input for a pong: the handler of the connection counts it and tells the session nothing.
        var feed = VirtualFeed.live()
        feed.advance(seconds: 151)
        #expect(feed.events.contains { if case .stalled = $0 { true } else { false } })
    }

    @Test func aConnectionThatDoesNotTellItsEndHoldsNothingUp() {
        var feed = VirtualFeed.live()
        feed.advance(seconds: 150.1)
        feed.advance(seconds: 1)
        #expect(!feed.session.isLive)
        feed.advance(seconds: 1)
        #expect(feed.count(.connect) == 2)
    }

    @Test func aPauseOfOurOwnIsNoStall() {
        var feed = VirtualFeed.live()
        feed.frame()
        feed.lateness = 200 * Self.second  // SIGSTOP: every timer is late
        feed.advance(seconds: 500)
        #expect(feed.session.isLive)
        feed.lateness = 0
        feed.frame()  // it had waited in the socket
        feed.advance(seconds: 100)
        #expect(feed.session.isLive)
        #expect(!feed.events.contains { if case .stalled = $0 { true } else { false } })
        feed.advance(seconds: 51)
        #expect(feed.events.contains { if case .stalled = $0 { true } else { false } })
    }

    @Test func anEndWithoutACloseFrameMarksAGapFromTheLastFrame() {
        var feed = VirtualFeed.live()
        feed.advance(seconds: 5)
        feed.frame()
        let last = feed.now + VirtualFeed.epoch
        feed.advance(seconds: 7)
        feed.forget()
        feed.close(.network)
        #expect(
            feed.events == [.disconnected(by: .network, code: nil, reason: ""), .gap(from: last, cause: "network")])
        feed.advance(seconds: 1)
        feed.open()
        feed.advance(seconds: 0.5)
        feed.forget()
        feed.frame()
        #expect(feed.events == [.resumed(length: 8_500_000_000)])
        feed.forget()
        feed.frame()
        #expect(feed.done.isEmpty)
    }

    @Test func aCloseFrameComesBehindEverythingSoTheGapBeginsThere() {
        var feed = VirtualFeed.live()
        feed.frame()
        feed.advance(seconds: 7)
        feed.forget()
        feed.close(.server, code: 1001)
        let now = feed.now + VirtualFeed.epoch
        #expect(feed.events == [.disconnected(by: .server, code: 1001, reason: ""), .gap(from: now, cause: "closed")])
    }

    @Test func aGapStaysOneUntilAFrameComes() {
        var feed = VirtualFeed.live()
        feed.close()
        for _ in 0..<3 {
            feed.advance(seconds: 61)
            feed.open()
            feed.advance(seconds: 1)
            feed.close()
        }
        #expect(feed.events.count { if case .gap = $0 { true } else { false } } == 1)
        #expect(feed.events.count { if case .disconnected = $0 { true } else { false } } == 4)
    }

    @Test func theGapAfterARestartEndsWithTheFirstFrame() {
        var feed = VirtualFeed(gapSince: VirtualFeed.epoch - 5)
        feed.start()
        feed.open()
        feed.advance(seconds: 0.1)
        feed.forget()
        feed.frame()
        #expect(feed.events == [.resumed(length: 100_000_005)])
    }

    @Test func waitsDoubleUpToAMinuteAndStartAnewAfterAMinuteUp() {
        var feed = VirtualFeed()
        feed.start()
        for _ in 0..<12 {
            feed.fail()
            feed.advance(seconds: 61)
        }
        let limits = [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60].map { Int64($0) * Self.second }
        for (wait, limit) in zip(feed.waits, limits) {
            #expect(wait <= limit && wait >= limit / 2 - 1_000_000)
        }
        #expect(Set(feed.waits).count > 8, "the jitter does nothing: \(feed.waits)")
        feed.open()
        feed.advance(seconds: 59)
        feed.forget()
        feed.close()
        #expect(feed.waits[0] > 29 * Self.second)
        feed.advance(seconds: 61)
        feed.open()
        feed.advance(seconds: 60)
        feed.forget()
        feed.close()
        #expect(feed.waits[0] <= Self.second)
    }

    @Test func theAttemptsAreCountedSinceTheLastConnection() {
        var feed = VirtualFeed()
        feed.start()
        for _ in 0..<4 {
            feed.fail()
            feed.advance(seconds: 61)
        }
        feed.open()
        #expect(feed.events.first == .connected(attempt: 5))
    }

    @Test(arguments: 0..<20) func aStormNeverSpins(seed: Int) {
        var feed = VirtualFeed(symbols: ["A", "B"], seed: UInt64(seed))
        let random = SeededRandom(seed: UInt64(seed) &+ 99)
        feed.start()
        var steps = 0
        while feed.now < 3600 * Self.second, steps < 100_000 {
            steps += 1
            switch feed.session.phase {
            case .connecting:
                switch random.next(in: 0...3) {
                case 0: feed.open()
                case 1: feed.fail(.status(Int(random.next(in: 500...504))))
                case 2: feed.fail(.tls)
                default: feed.fail()
                }
            case .live: feed.close(random.next(in: 0...1) == 0 ? .server : .network)
            default: feed.advance(seconds: 0.1)
            }
        }
        // An hour of nothing but failures that take no time at all.
        let attempts = feed.count(.connect)
        #expect((60...160).contains(attempts), "\(attempts) attempts")
        let times = feed.done.filter { $0.action == .connect }.map(\.at)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= Self.second / 2 })
    }

    @Test func aWrongKeyEndsTheSession() {
        var feed = VirtualFeed()
        feed.start()
        feed.fail(.status(401))
        #expect(feed.done.last?.action == .finish(.refused(WebSocketError(.status(401), "no"))))
        #expect(feed.session.nextDeadline == nil)
    }

    @Test func tooManyRequestsWaitsAMinuteAtLeast() {
        for seed in 0..<50 {
            var feed = VirtualFeed(seed: UInt64(seed))
            feed.start()
            feed.fail(.status(429))
            #expect(feed.waits[0] >= 60 * Self.second && feed.waits[0] <= 75 * Self.second)
        }
    }

    @Test(arguments: [403, 404, 302]) func otherStatusesWaitLongest(status: Int) {
        var feed = VirtualFeed()
        feed.start()
        feed.fail(.status(status))
        #expect(feed.waits[0] >= 30 * Self.second)
    }

    @Test func stoppingClosesAndKeepsWhatStillComes() {
        var feed = VirtualFeed.live()
        feed.forget()
        feed.run { $0.stop(at: $1) }
        #expect(feed.done.map(\.action) == [.close])
        feed.frame()
        feed.close(.client, code: 1000)
        #expect(feed.events == [.disconnected(by: .client, code: 1000, reason: "")])
        #expect(feed.done.last?.action == .finish(.stopped))
    }

    @Test func stoppingDoesNotWaitForAServerThatIsGone() {
        var feed = VirtualFeed.live()
        feed.run { $0.stop(at: $1) }
        feed.advance(seconds: 1)
        #expect(feed.done.last?.action == .finish(.stopped))
        #expect(!feed.events.contains { if case .gap = $0 { true } else { false } })
    }

    @Test func stoppingWhileWaitingOrConnecting() {
        var feed = VirtualFeed()
        feed.start()
        feed.run { $0.stop(at: $1) }
        #expect(feed.done.last?.action == .abort)
        feed.fail()
        #expect(feed.done.last?.action == .finish(.stopped))
        feed = VirtualFeed()
        feed.start()
        feed.fail()
        feed.run { $0.stop(at: $1) }
        #expect(feed.done.last?.action == .finish(.stopped))
    }

    @Test func newSymbolsAreSubscribedAndGoneOnesTakenBackFirst() {
        var feed = VirtualFeed.live(symbols: ["A", "B", "C"])
        feed.forget()
        feed.run { $0.replaceSymbols(["C", "D", "A", "E"], at: $1) }
        feed.advance(seconds: 1)
        let sent = feed.done.map(\.action).filter { if case .subscribe = $0 { true } else { false } }
        #expect(
            sent == [
                .subscribe("B", isWanted: false), .subscribe("D", isWanted: true), .subscribe("E", isWanted: true),
            ])
        #expect(
            feed.events == [
                .unknown(name: "unsubscribed", fields: #""symbols":["B"]"#), .subscribed(symbols: ["D", "E"]),
            ])
        feed.close()
        feed.advance(seconds: 61)
        feed.forget()
        feed.open()
        feed.advance(seconds: 1)
        #expect(feed.events.last == .subscribed(symbols: ["C", "D", "A", "E"]))
    }

    @Test func whatWasWrittenBeforeAnEndIsTold() {
        var feed = VirtualFeed(symbols: ["A", "B", "C"])
        feed.start()
        feed.open()
        feed.advance(seconds: 0.04)
        feed.close()
        #expect(feed.events[1] == .subscribed(symbols: ["A", "B"]))
    }

    @Test func shortLivesAskWhetherTheKeyIsUsedElsewhere() {
        var feed = VirtualFeed()
        feed.start()
        for _ in 0..<3 {
            feed.open()
            feed.advance(seconds: 5)
            feed.close()
            feed.advance(seconds: 61)
        }
        #expect(feed.count(.tell(.keepsDropping(times: 3))) == 1)
    }
}
