import Foundation
import Tape
import TestSupport
import Testing

@testable import Replayer

/// Tapes that are still being written.
@Suite struct FollowTests {
    private func capture(_ folder: TemporaryFolder, stream: String) throws -> TapeCapture {
        try TapeCapture(
            configuration: TapeCaptureConfiguration(folder: folder.path, sync: .never, minimumFree: 0),
            header: TapeHeader(
                stream: stream, source: "test", symbols: ["A"], recorder: "test", receive: TestTape.start))
    }

    private func record(_ numbers: ClosedRange<Int>, to capture: TapeCapture) throws {
        var batch = CaptureBatch()
        for number in numbers {
            batch.append(
                frame: Array(TestTape.frame([("A", "\(number)")]).utf8),
                receive: TestTape.start + Int64(number) * 1_000_000)
        }
        _ = try capture.append(batch)
    }

    private func frames(_ numbers: ClosedRange<Int>) -> [ExchangeClientDouble.Message] {
        numbers.map { .init(TestTape.frame([("A", "\($0)")])) }
    }

    @Test func aCaptureInProgressIsServedFromNowOnToManyClients() async throws {
        try await onThread {
            let folder = try TemporaryFolder("follow")
            let capture = try capture(folder, stream: "20240809T133000Z-0001")
            try record(1...5, to: capture)
            let service = try ExchangeFixture.serve([folder.path], inRealTime: true) {
                $0.follows = true
                $0.maximumSymbols = 1
            }
            // The refusal tells that A is subscribed to, and the status that the market is at the live end.
            let clients = try (0..<3).map { _ in try ExchangeClientDouble(service.address, symbols: ["A", "B"]) }
            for client in clients { #expect(client.wait(for: 1).count == 1) }
            #expect(service.waitForLiveEnd())
            try record(6...9, to: capture)
            for client in clients { #expect(Array(client.wait(for: 5).dropFirst()) == frames(6...9)) }
            _ = try capture.finish(cause: "stop", receive: TestTape.start + 1_000_000_000)
            // The next capture in the folder goes on.
            let next = try self.capture(folder, stream: "20240809T133001Z-0002")
            try record(10...12, to: next)
            for client in clients { #expect(Array(client.wait(for: 8).dropFirst()) == frames(6...12)) }
            let report = service.stop()
            #expect(report.messages == 21 && !report.hasLoss)
            _ = try next.finish(cause: "stop", receive: TestTape.start + 1_000_000_000)
        }
    }

    @Test func aReplayFollowsUntilTheTapeIsClosed() async throws {
        try await onThread {
            let folder = try TemporaryFolder("follow")
            let capture = try capture(folder, stream: "20240809T133000Z-0001")
            try record(1...5, to: capture)
            let play = Rehearsal([capture.path], speed: .maximum) { $0.follows = true }
            // In scripted time the rest is recorded while the replay waits for it.
            play.time.at(60_000_000_000) { try? self.record(6...9, to: capture) }
            play.time.at(90_000_000_000) {
                _ = try? capture.finish(cause: "stop", receive: TestTape.start + 1_000_000_000)
            }
            let report = try play.run()
            #expect(play.sequences == Array(1...9))
            #expect(report.outcome == .done && report.published == 9)
        }
    }

    @Test func aFolderWithoutTapesIsNamed() throws {
        let folder = try TemporaryFolder("follow")
        #expect { try ExchangeFixture.serve([folder.path]) { $0.follows = true } } throws: {
            "\($0)".contains("--follow")
        }
    }
}

extension ExchangeService {
    /// Waits until a market is at the live end: it has looked and found nothing.
    fileprivate func waitForLiveEnd() -> Bool {
        let limit = Date(timeIntervalSinceNow: 60)
        while Date() < limit {
            if isAtLiveEnd { return true }
            sched_yield()
        }
        return false
    }
}
