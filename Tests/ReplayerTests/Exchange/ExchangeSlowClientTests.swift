import Foundation
import Tape
import TestSupport
import Testing
import WebSocket

@testable import Replayer

/// Clients that do not keep up.
@Suite struct ExchangeSlowClientTests {
    private static let frames = 6000

    /// 12 MB in frames of 2 kB: more than the kernel's buffers hold.
    private func tape(_ folder: TemporaryFolder) throws -> String {
        let filler = String(repeating: "x", count: 1900)
        return try TestTape.write(
            (0..<Self.frames).map {
                (
                    Int64($0),
                    .frame("{\"data\":[\(TestTape.object("A", "\($0 + 1)"))],\"type\":\"trade\",\"x\":\"\(filler)\"}")
                )
            }, to: folder.file("a.jsonl.gz"), memberSize: 1 << 18)
    }

    private func port(_ service: ExchangeService) -> Int {
        if case .tcp(_, let port) = service.address { port } else { 0 }
    }

    @Test func aSlowClientHoldsItsOwnClockAndLosesNothing() async throws {
        try await onThread {
            let folder = try TemporaryFolder("slow")
            let tape = try tape(folder)
            let service = try ExchangeFixture.serve([tape], inRealTime: true) {
                $0.speed = .maximum
                $0.queueBytes = 65_536
            }
            let slow = try #require(SlowClient(port: port(service), symbols: ["A"]))
            // The first message shows that it plays; then it reads no more until another client has had everything.
            #expect(slow.next() != nil)
            let fast = try ExchangeClientDouble(service.address, symbols: ["A"])
            #expect(fast.end() == "closed by network" && fast.messages.count == Self.frames)
            let before = service.report
            #expect(before.completedPlays == 1, "the slow one is held")
            #expect(before.messages < 2 * Self.frames, "and what waits for it is bounded")
            var count = 1
            var last: [UInt8] = []
            while let message = slow.next() {
                count += 1
                last = message
            }
            #expect(count == Self.frames)
            #expect(last == fast.messages.last?.bytes)
            let report = service.stop()
            #expect(report.completedPlays == 2 && report.messages == 2 * Self.frames && !report.hasLoss)
            #expect(report.blockedSeconds > 0)
        }
    }

    @Test func aSharedMarketDropsASlowClientAndCountsIt() async throws {
        try await onThread {
            let folder = try TemporaryFolder("slow")
            let tape = try tape(folder)
            let service = try ExchangeFixture.serve([tape], inRealTime: true) {
                $0.speed = .maximum
                $0.queueBytes = 65_536
                $0.isShared = true
                $0.atEnd = .loop
            }
            let slow = try #require(SlowClient(port: port(service), symbols: ["A"]))
            var count = 0
            while service.report.slowClients == 0, slow.next() != nil, count < 1 { count += 1 }
            // It reads no more: the market goes on, until the client has waited for too much.
            let limit = Date(timeIntervalSinceNow: 60)
            while service.report.slowClients == 0, Date() < limit { sched_yield() }
            let report = service.stop()
            #expect(report.slowClients == 1 && report.hasLoss)
        }
    }
}
