import Foundation
import Tape
import TestSupport
import Testing

@testable import Recorder

/// The recorder's process on a real disk of 16 MiB that is full.
@Suite(.serialized, .enabled(if: TinyDisk.isPossible)) struct DiskFullTests {
    @Test(arguments: [("0", "disk-full"), ("2MiB", "low-disk")])
    func recordingResumesWhenSpaceReturns(minFree: String, cause: String) throws {
        let feed = try NumberedFeed(burst: 20, pauseMicroseconds: 2000)
        defer { feed.stop() }
        let disk = try TinyDisk(feed.url, ["--min-free", minFree])
        #expect(feed.wait { $0.starts.count == 1 })
        #expect(try RawTape.wait(for: 2500, in: disk.inside))
        try disk.fill(leaving: 512 << 10)
        #expect(disk.recorder.waitFor("no-space"))
        // As it is now, the tape is whole up to the last line that found room.
        let full = try Recorded(folder: disk.inside)
        #expect(full.isGapless && full.numbers == Array(0..<full.numbers.count) && full.numbers.count > 2000)
        let lost = feed.state.sent
        #expect(feed.wait { $0.sent > lost + 5000 })
        try disk.empty()
        #expect(disk.recorder.waitFor("space-returned"))
        let returned = feed.state.sent
        #expect(feed.wait { $0.sent > returned + 5000 })
        let run = disk.end()
        #expect(run.status == 3, "\(run.errorText)")

        let recorded = try Recorded(folder: disk.copy)
        #expect(recorded.isGapless)
        #expect(feed.state.starts.count == 1, "the connection stays")
        let numbers = recorded.numbers
        let hole = try #require(numbers.indices.dropFirst().first { numbers[$0] != numbers[$0 - 1] + 1 })
        #expect(numbers[..<hole].elementsEqual(0..<hole))
        let next = numbers[hole]
        #expect(numbers[hole...].elementsEqual(next..<next + numbers.count - hole), "one hole")
        let missing = Int64(next - hole)
        var marks: [TapeEvent] = []
        for event in recorded.events {
            switch event {
            case .gap, .dropped, .resumed: marks.append(event)
            default: continue
            }
        }
        #expect(marks.count == 3)
        guard case .gap(_, cause, nil)? = marks.first, case .dropped(missing, _, cause)? = marks.dropFirst().first,
            case .resumed? = marks.last
        else {
            Issue.record("\(marks), \(missing) missing")
            return
        }
        #expect(recorded.events.last == .closed(cause: "SIGTERM"))
        let verification = try RecorderProcess.verify(disk.copy)
        #expect(verification.status == 0, "\(verification.outputText)")
        print("disk full (\(cause)): \(numbers.count) frames kept, \(missing) dropped and told, exit \(run.status)")
    }

    @Test func aDiskThatStaysFullLeavesATapeForRecovery() throws {
        let feed = try NumberedFeed(burst: 20, pauseMicroseconds: 2000)
        defer { feed.stop() }
        let disk = try TinyDisk(feed.url, ["--min-free", "0"])
        #expect(feed.wait { $0.starts.count == 1 })
        #expect(try RawTape.wait(for: 2500, in: disk.inside))
        try disk.fill(leaving: 512 << 10)
        #expect(disk.recorder.waitFor("no-space"))
        let lost = feed.state.sent
        #expect(feed.wait { $0.sent > lost + 5000 })
        let run = disk.end()
        #expect(run.status == 3, "\(run.errorText)")
        #expect(run.outputText.contains("LOST: "), "\(run.outputText)")
        let before = try Recorded(folder: disk.copy).numbers
        let recovery = try CommandRun.tapedeck(["tape", "recover", disk.copy])
        #expect(recovery.status == 0 || recovery.outputText.isEmpty == false, "\(recovery.errorText)")
        let recorded = try Recorded(folder: disk.copy)
        #expect(recorded.isGapless)
        #expect(recorded.numbers == before && before == Array(0..<before.count) && before.count > 2000)
        #expect(try RecorderProcess.verify(disk.copy).status == 0)
        print("disk full to the end: \(before.count) frames kept, exit \(run.status), recover \(recovery.status)")
    }
}
