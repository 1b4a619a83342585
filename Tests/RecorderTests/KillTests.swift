import Foundation
import Tape
import TestSupport
import Testing

@testable import Recorder

/// The recorder's process under 20,000 frames a second, ended by SIGKILL, and what is on the disk afterwards.
@Suite(.serialized) struct KillTests {
    private struct Totals {
        /// Frames that the server had sent when the signal went out.
        var sent = 0
        /// Frames known to be received before the kill: what the recorder told, or a journal held.
        var received = 0
        /// Frames of whole lines on the disk before recovery.
        var written = 0
        var kept = 0
        var torn = 0
        var seconds = 0.0
    }

    @Test func killedAtAnyPointItLosesNoReceivedFrame() throws {
        let runs = Heavy.isOn ? 200 : 4
        var totals = Totals()
        for seed in 0..<runs { try kill(UInt64(seed), &totals) }
        print(
            """
            kill -9: \(runs) runs, \(totals.sent) frames sent, \(Int(Double(totals.sent) / totals.seconds)) a second; \
            at least \(totals.received) received, \(totals.written) on the disk, \(totals.kept) kept by recover; \
            \(totals.torn) torn lines; \(totals.sent - totals.kept) were under way
            """)
    }

    private func kill(_ seed: UInt64, _ totals: inout Totals) throws {
        let random = SeededRandom(seed: seed)
        let feed = try NumberedFeed(burst: 40, pauseMicroseconds: 2000)
        defer { feed.stop() }
        let folder = try TemporaryFolder("kill")
        let page = folder.file("page")
        let recorder = try RecorderProcess.start(
            feed.url, folder.path,
            [
                "--member-size", "\(random.next(in: 4...256))KiB", "--rotate-size", "\(random.next(in: 64...512))KiB",
                "--level", "1", "--fsync", ["1s", "never", "20ms"][Int(seed % 3)], "--listen", "unix:\(page)",
            ])
        let target = Int(random.next(in: 1...(Heavy.isOn ? 40_000 : 12_000)))
        #expect(feed.wait { $0.starts.count == 1 }, "seed \(seed)")
        let begun = ContinuousClock.now
        #expect(feed.wait { $0.sent >= target }, "seed \(seed)")
        let status = try CommandRun.program("/usr/bin/curl", ["-sS", "--unix-socket", page, "http://x/status"])
        let told = Self.number("frames", in: status.outputText) ?? 0
        let journaled = try RawTape.lastJournaled(in: folder.path).map { $0 + 1 } ?? 0
        let sent = feed.state.sent
        recorder.signal(SIGKILL)
        #expect(recorder.wait().status == 128 + SIGKILL)
        totals.seconds += Double((ContinuousClock.now - begun) / .seconds(1))
        feed.stop()

        let raw = try RawTape(folder: folder.path)
        #expect(raw.isGapless && raw.conflicts == 0, "seed \(seed)")
        for result in try TapeRecovery.run(folder: folder.path, name: "finnhub") {
            #expect(try result.get().outcome != .nothing && result.get().missingLines == 0, "seed \(seed)")
        }
        let recorded = try Recorded(folder: folder.path)
        let kept = recorded.messages
        #expect(recorded.isGapless, "seed \(seed)")
        #expect(kept == raw.ordered, "seed \(seed): \(kept.count) kept, \(raw.frames.count) were on the disk")
        #expect(kept == (0..<kept.count).map { NumberedFeed.frame($0) }, "seed \(seed): a hole, a repeat or a byte")
        #expect(kept.count >= max(told, journaled), "seed \(seed): \(kept.count) kept, \(told) told, \(journaled) seen")
        #expect(kept.count <= feed.state.sent)
        let verification = try RecorderProcess.verify(folder.path)
        #expect(verification.status == 0, "seed \(seed): \(verification.outputText) \(verification.errorText)")

        totals.sent += sent
        totals.received += max(told, journaled)
        totals.written += raw.frames.count
        totals.kept += kept.count
        totals.torn += raw.tornLines
    }

    private static func number(_ key: String, in json: String) -> Int? {
        guard let start = json.range(of: "\"\(key)\":")?.upperBound else { return nil }
        return Int(json[start...].prefix { $0.isNumber })
    }
}
