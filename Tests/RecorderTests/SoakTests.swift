import Foundation
import Tape
import Testing
import WebSocket

@testable import Recorder

/// A feed that ends its connections in every way, again and again.
@Suite(.serialized) struct SoakTests {
    private static let isHeavy = ProcessInfo.processInfo.environment["TAPEDECK_HEAVY"] == "1"

    private static func residentKiB() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0) * 4
    }

    @Test func everyDisconnectIsOneEventAndNothingBetweenIsLost() throws {
        let disconnects = Self.isHeavy ? 30 : 6
        let random = SeededRandom(seed: 7)
        let feed = try NumberedFeed(burst: 20, pauseMicroseconds: 4000)
        defer { feed.stop() }
        let bench = try RecorderBench()
        let recorder = bench.run(
            try bench.configuration(feed.url) {
                $0.capture.memberSize = 64 << 10
                $0.capture.rotateSize = 512 << 10
            })
        var resident = 0
        for number in 1...disconnects {
            let before = feed.state.sent
            let wanted = Int(random.next(in: 100...4000))
            #expect(feed.wait { $0.starts.count == number && $0.sent > before + wanted })
            if number == 2 { resident = Self.residentKiB() }
            switch random.next(in: 0...2) {
            case 0: feed.dropAll()
            case 1: feed.closeAll()
            default:
                feed.answer(.refuse(status: 503))
                feed.dropAll()
                #expect(bench.waitFor("warning connect-failed"))
                feed.answer(.accept)
            }
            #expect(feed.wait { $0.closed == number })
        }
        let before = feed.state.sent
        #expect(feed.wait { $0.starts.count == disconnects + 1 && $0.sent > before + 100 })
        print("soak: resident \(resident) KiB after the second connection, \(Self.residentKiB()) KiB at the end")
        let summary = try recorder.stop()
        let (messages, events) = try bench.read()
        let starts = feed.state.starts
        let numbers = messages.compactMap(NumberedFeed.number)
        #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
        // Each connection's frames are a run without a hole from its first on.
        for (start, next) in zip(starts, starts.dropFirst() + [Int.max]) {
            let run = numbers.filter { $0 >= start && $0 < next }
            #expect(run == Array(start..<start + run.count), "connection at \(start)")
        }
        #expect(events.count { if case .disconnected = $0 { true } else { false } } == disconnects + 1)
        #expect(events.count { if case .gap = $0 { true } else { false } } == disconnects)
        #expect(events.count { if case .resumed = $0 { true } else { false } } == disconnects)
        #expect(summary.status.connects == Int64(disconnects + 1))
        #expect(!summary.hasLoss)
    }
}
