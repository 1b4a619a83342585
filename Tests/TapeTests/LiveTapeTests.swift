import Foundation
import Testing

@testable import Tape

@Suite struct LiveTapeTests {
    private static func configuration(_ folder: Scratch) -> TapeCaptureConfiguration {
        TapeCaptureConfiguration(folder: folder.path, memberSize: 1 << 10, minimumFree: 0)
    }

    private static func send(_ capture: TapeCapture, _ numbers: ClosedRange<Int64>) throws {
        var batch = CaptureBatch()
        for number in numbers { batch.append(frame: Scratch.frame(number), receive: Scratch.start + number) }
        _ = try capture.append(batch)
    }

    @Test func aTapeBeingWrittenIsReadWithTheLinesOfItsJournal() throws {
        let folder = try Scratch()
        let capture = try TapeCapture(
            Self.configuration(folder), header: Scratch.header(), files: PosixFileSystem(), hasThread: false)
        for number in 1...60 as ClosedRange<Int64> {
            try Self.send(capture, number...number)
            let reading = Reading([capture.path], .init(workers: 1))
            #expect(reading.error == nil)
            #expect(reading.lines.map(\.sequence) == Array(1...number))
            let window = TapeWindow(sequences: number..<number + 10)
            #expect(Reading([capture.path], .init(window: window)).lines.map(\.sequence) == [number])
        }
        let last = Reading([capture.path]).lines
        capture.abandon()
        #expect(Reading([capture.path]).lines == last)
        // Nothing but a journal, as between two steps of a rotation.
        let path = capture.path
        _ = try FileManager.default.removeItem(atPath: path)
        let rest = Reading([path])
        #expect(rest.error == nil && rest.headers.count == 1)
        #expect(rest.lines == Array(last.suffix(rest.lines.count)) && !rest.lines.isEmpty)
        try folder.write("\(path.split(separator: "/").last ?? "")", bytes: [0x1F, 0x8B, 8])
        #expect(Reading([path]).lines == rest.lines)
    }

    @Test func tornEndsAreReadFromTheJournal() throws {
        let folder = try Scratch()
        let capture = try TapeCapture(
            Self.configuration(folder), header: Scratch.header(), files: PosixFileSystem(), hasThread: false)
        try Self.send(capture, 1...30)
        let path = capture.path
        let before = try Scratch.bytes(path)
        let journal = try Scratch.bytes(path + ".open")
        try Self.send(capture, 31...60)
        let after = try Scratch.bytes(path)
        capture.abandon()
        #expect(after.count > before.count + 100)
        // What a kill in the midst of sealing leaves: a torn member, and a journal that has dropped nothing.
        for length in stride(from: before.count, through: after.count, by: Heavy.isOn ? 1 : 13) {
            try folder.write(String(path.dropFirst(folder.path.count + 1)), bytes: Array(after[..<length]))
            try folder.write(
                String(path.dropFirst(folder.path.count + 1)) + ".open", bytes: Self.unsealed(journal, upTo: 60))
            let reading = Reading([path], .init(workers: 1))
            #expect(
                reading.error == nil && reading.lines.map(\.sequence) == Array(1...60),
                "cut at \(length) of \(before.count)...: \(String(describing: reading.error)) \(reading.lines.count)")
        }
    }

    /// A journal with its lines and those after them, none dropped.
    private static func unsealed(_ journal: [UInt8], upTo last: Int64) -> [UInt8] {
        var text = journal
        for number in 31...last {
            LineCoding.appendTextFrame(
                Scratch.frame(number).span, sequence: number, receive: Scratch.start + number, to: &text)
            text.append(0x0A)
        }
        // A line that was being written when the reader came.
        return text + Array(#"{"seq":61,"rec"#.utf8)
    }

    @Test func aFollowerSeesEveryLineOnceOverPartsAndEndsWithTheStream() throws {
        for seed in 1...8 as ClosedRange<UInt64> {
            var random = Seeded(seed)
            let folder = try Scratch()
            var configuration = Self.configuration(folder)
            configuration.rotateTime = .seconds(1)
            let capture = try TapeCapture(
                configuration, header: Scratch.header(), files: PosixFileSystem(), hasThread: false)
            let follower = try TapeFollower(path: capture.path)
            var seen: [Int64] = []
            var number: Int64 = 0
            func look() throws {
                while let batch = try follower.poll() { seen += batch.lines.map(\.sequence) }
            }
            for _ in 0..<40 {
                var batch = CaptureBatch()
                for _ in 0..<Int.random(in: 1...9, using: &random) {
                    number += 1
                    batch.append(frame: Scratch.frame(number), receive: Scratch.start + number * 30_000_000)
                }
                _ = try capture.append(batch)
                if Bool.random(using: &random) {
                    try look()
                    #expect(seen == Array(1...number), "seed \(seed)")
                }
            }
            let summary = try capture.finish(cause: "test", receive: Scratch.start + number * 30_000_000)
            #expect(summary.status.closedParts > 2)
            while let batch = try follower.next() { seen += batch.lines.map(\.sequence) }
            #expect(seen == Array(1...number + 1), "seed \(seed)")
        }
    }

    @Test func aFollowerThatIsStoppedEndsItsWait() async throws {
        let folder = try Scratch()
        let capture = try TapeCapture(
            Self.configuration(folder), header: Scratch.header(), files: PosixFileSystem(), hasThread: false)
        let follower = try TapeFollower(path: capture.path)
        let thread = Thread { follower.stop() }
        thread.start()
        while let batch = try follower.next() { Issue.record("\(batch.lines.count) lines of nothing") }
        capture.abandon()
    }

    @Test func aThreadedCaptureIsReadWhileItRuns() throws {
        let folder = try Scratch()
        var configuration = Self.configuration(folder)
        configuration.sync = .never
        let capture = try TapeCapture(configuration: configuration, header: Scratch.header())
        for number in 1...600 as ClosedRange<Int64> {
            try Self.send(capture, number...number)
            guard number % 7 == 0 else { continue }
            // Whatever the sealing thread does just now, no line is missing and none comes twice.
            let reading = Reading([capture.path], .init(workers: 1))
            #expect(reading.error == nil && reading.lines.map(\.sequence) == Array(1...number))
        }
        let summary = try capture.finish(cause: "test", receive: Scratch.start + 600)
        #expect(summary.isSealed && summary.status.frames == 600)
        #expect(Reading([summary.path]).lines.count == 601)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    }
}

/// Tapes as a kill leaves them at each call, read at once.
@Suite struct UnrecoveredTapeTests {
    @Test func whatAKillWhileRotatingLeavesIsReadWithoutRecovery() throws {
        let configuration = CaptureRun.configuration(rotateSize: 64 << 10, memberSize: 32 << 10)
        let whole = MemoryFiles()
        _ = RotationRun(whole, configuration)
        // Around the second rotation every call, elsewhere some.
        let log = whole.state.withLock { $0.log }
        let rotations = log.indices.filter { log[$0] == "remove" }
        let around = Set(rotations.prefix(3).flatMap { max(1, $0 - 12)...$0 + 6 })
        for stop in 12...whole.calls where Heavy.isOn || stop % 29 == 0 || around.contains(stop) {
            let files = MemoryFiles { call, _ in call == stop ? .die(100) : .go }
            let run = RotationRun(files, configuration)
            let disk = files.afterDeath()
            let scratch = try Scratch()
            var tapes: Set<String> = []
            for name in disk.names {
                let base = String(name.dropFirst(CaptureRun.folder.count + 1))
                try scratch.write(base, bytes: disk.data(name) ?? [])
                if base.hasSuffix(".jsonl.gz") { tapes.insert(scratch.file(base)) }
                if let tape = CaptureNaming.tape(ofJournal: base) { tapes.insert(scratch.file(tape)) }
            }
            guard !tapes.isEmpty else { continue }
            let reading = Reading(tapes.sorted(), .init(workers: 1))
            #expect(reading.error == nil, "killed at \(stop): \(String(describing: reading.error))")
            let sequences = reading.lines.map(\.sequence)
            #expect(sequences == Array(1..<Int64(sequences.count) + 1), "killed at \(stop)")
            #expect(Int64(sequences.count) >= run.received, "killed at \(stop)")
        }
    }
}
