import Tape
import TestSupport
import Testing

@testable import Recorder

/// A feed that ends its connections in every way, again and again.
@Suite(.serialized) struct SoakTests {
    @Test func everyDisconnectIsOneEventAndNothingBetweenIsLost() throws {
        let disconnects = Heavy.isOn ? 30 : 6
        let random = SeededRandom(seed: 7)
        let feed = try NumberedFeed(burst: 20, pauseMicroseconds: 4000)
        defer { feed.stop() }
        let bench = try RecorderBench()
        let recorder = bench.run(
            try bench.configuration(feed.url) {
                // The waits between attempts are tested elsewhere.
                $0.acceleration = 60
                $0.capture.memberSize = 64 << 10
                $0.capture.rotateSize = 512 << 10
            })
        for number in 1...disconnects {
            let before = feed.state.sent
            let wanted = Int(random.next(in: 100...4000))
            #expect(feed.wait { $0.starts.count == number && $0.sent > before + wanted })
            // Sent is not received: a connection that brought nothing ends no gap.
            #expect(bench.waitFor("info resumed", times: number - 1))
            switch random.next(in: 0...3) {
            case 0: feed.dropAll()
            case 1: feed.closeAll()
            case let kind:
                feed.answer(.refuse(status: kind == 2 ? 503 : 429))
                feed.dropAll()
                let failures = bench.count("warning connect-failed")
                #expect(bench.waitFor("warning connect-failed", times: failures + 1))
                feed.answer(.accept)
            }
            #expect(feed.wait { $0.closed == number })
        }
        let before = feed.state.sent
        #expect(feed.wait { $0.starts.count == disconnects + 1 && $0.sent > before + 100 })
        #expect(bench.waitFor("info resumed", times: disconnects))
        let summary = try recorder.stop()
        let recorded = try bench.read()
        let (starts, numbers) = (feed.state.starts, recorded.numbers)
        #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
        // Each connection's frames are a run without a hole from its first on.
        for (start, next) in zip(starts, starts.dropFirst() + [Int.max]) {
            let run = numbers.filter { $0 >= start && $0 < next }
            #expect(run == Array(start..<start + run.count), "connection at \(start)")
        }
        #expect(recorded.count { if case .disconnected = $0 { true } else { false } } == disconnects + 1)
        #expect(recorded.count { if case .gap = $0 { true } else { false } } == disconnects)
        #expect(recorded.count { if case .resumed = $0 { true } else { false } } == disconnects)
        #expect(summary.status.connects == Int64(disconnects + 1))
        #expect(!summary.hasLoss)
    }
}
