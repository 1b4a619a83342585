import Foundation
import Testing

@testable import Tape

@Suite struct CaptureCrashTests {
    private static let tape = "disk/finnhub_\(CaptureRun.stream)_0001.jsonl.gz"

    private func recover(_ files: MemoryFiles) throws -> [TapeRecoveryReport] {
        try TapeRecovery.run(
            folder: CaptureRun.folder, name: nil, writing: .init(memberSize: 1 << 10), files: files
        ).map { try $0.get() }
    }

    @Test func aCleanEndGivesTheBytesOfTheWriter() throws {
        let files = MemoryFiles()
        let run = CaptureRun(files, frames: 60)
        #expect(run.error == nil && run.summary?.isSealed == true)
        #expect(files.names == [Self.tape])
        let reading = try CaptureRun.read(files)
        run.check(reading, "clean")
        #expect(reading.lines.count == 62)
        let folder = try Scratch()
        let writer = try TapeWriter(
            path: folder.file("t.gz"), header: CaptureRun.header(), configuration: .init(memberSize: 1 << 10))
        for line in reading.lines {
            if line.kind == .event {
                let event: TapeEvent = line.sequence == 1 ? .connected(attempt: 1) : .closed(cause: "test")
                try writer.append(event: event, sequence: line.sequence, receive: line.receive)
            } else {
                try writer.append(frame: line.message, sequence: line.sequence, receive: line.receive)
            }
        }
        _ = try writer.finish()
        #expect(try Scratch.bytes(folder.file("t.gz")) == files.data(Self.tape))
    }

    @Test(arguments: [0, 1, 40])
    func killedAtEachCallNoReceivedLineIsLost(torn: Int) throws {
        let whole = MemoryFiles()
        _ = CaptureRun(whole, frames: 30)
        #expect(whole.calls > 60)
        for stop in 1...whole.calls {
            let files = MemoryFiles { call, _ in call == stop ? .die(torn) : .go }
            let run = CaptureRun(files, frames: 30)
            let disk = files.afterDeath()
            let reports = try recover(disk)
            let left = disk.names
            // What stays is a tape, and nothing else but the temporary of a journal that never had a name.
            #expect(left.allSatisfy { $0 == Self.tape || $0.hasSuffix(".open.new") }, "killed at \(stop): \(left)")
            guard disk.data(Self.tape) != nil else {
                #expect(run.promises.isEmpty, "killed at \(stop)")
                continue
            }
            let reading = try CaptureRun.read(disk)
            run.check(reading, "killed at \(stop)")
            for report in reports {
                #expect(report.lostBytes == 0 && report.holes.isEmpty && report.duplicates == 0, "killed at \(stop)")
                #expect(report.outcome == (report.tornBytes > 0 ? .lossy : .clean), "killed at \(stop)")
            }
            // The same lines, closed without a kill, give the same bytes.
            let frames = reading.lines.filter { $0.kind == .frame }
            if let last = reading.lines.last, frames.count + 2 == reading.lines.count,
                last.envelope.contains("recovered")
            {
                let clean = MemoryFiles()
                let capture = try TapeCapture(
                    CaptureRun.small, header: CaptureRun.header(), files: clean, hasThread: false)
                try capture.append(event: .connected(attempt: 1), receive: Scratch.start)
                var batch = CaptureBatch()
                for frame in frames { batch.append(frame: frame.message, receive: frame.receive) }
                _ = try capture.append(batch)
                _ = try capture.finish(cause: "recovered", receive: last.receive)
                #expect(clean.data(Self.tape) == disk.data(Self.tape), "killed at \(stop)")
            }
            // Twice is once.
            let before = disk.state.withLock { $0.names.mapValues { number in number } }
            #expect(try recover(disk).isEmpty)
            _ = try TapeRecovery.run(path: Self.tape, writing: .init(memberSize: 1 << 10), files: disk)
            #expect(disk.state.withLock { $0.names } == before, "killed at \(stop)")
        }
    }

    @Test func killedAtEachCallWhileRotatingKeepsTheNumbersContinuous() throws {
        let configuration = CaptureRun.configuration(rotateSize: 64 << 10, memberSize: 32 << 10)
        // Frames that hardly compress make parts of a few members.
        let whole = MemoryFiles()
        let all = RotationRun(whole, configuration)
        #expect(all.notices.closedParts.count >= 3)
        #expect(all.error == nil)
        for stop in stride(from: 1, through: whole.calls, by: Heavy.isOn ? 1 : 5) {
            let files = MemoryFiles { call, _ in call == stop ? .die(100) : .go }
            let run = RotationRun(files, configuration)
            let disk = files.afterDeath()
            _ = try TapeRecovery.run(
                folder: CaptureRun.folder, name: nil, writing: .init(memberSize: 32 << 10), files: disk)
            guard disk.data(Self.tape) != nil else { continue }
            let reading = try CaptureRun.read(disk)
            #expect(reading.error == nil, "killed at \(stop): \(String(describing: reading.error))")
            let sequences = reading.lines.map(\.sequence)
            #expect(sequences == Array(1..<Int64(sequences.count) + 1), "killed at \(stop)")
            #expect(Int64(sequences.count) >= run.received, "killed at \(stop): received lines are lost")
        }
    }

    @Test func aRecoveryKilledAtEachCallIsEndedByTheNext() throws {
        let files = MemoryFiles { call, _ in call == 100 ? .die(30) : .go }
        let run = CaptureRun(files, frames: 60)
        let reference = files.afterDeath()
        #expect(try recover(reference).count == 1)
        let calls = reference.calls
        #expect(calls > 10)
        for stop in 1...calls {
            let first = files.afterDeath { call, _ in call == stop ? .die(20) : .go }
            _ = try? TapeRecovery.run(
                folder: CaptureRun.folder, name: nil, writing: .init(memberSize: 1 << 10), files: first)
            let second = first.afterDeath()
            _ = try recover(second)
            #expect(second.data(Self.tape) == reference.data(Self.tape), "killed at \(stop)")
            #expect(second.names.filter { $0.hasSuffix(".open") }.isEmpty, "killed at \(stop)")
            run.check(try CaptureRun.read(second), "killed at \(stop)")
        }
    }

    @Test func aPowerCutTakesNoMoreThanTheSyncPolicyAllows() throws {
        let whole = MemoryFiles()
        _ = CaptureRun(whole, CaptureRun.configuration(sync: .every), frames: 30)
        for stop in stride(from: 5, through: whole.calls, by: 3) {
            for seed in 1...3 as ClosedRange<UInt64> {
                var random = Seeded(seed &+ UInt64(stop))
                let files = MemoryFiles { call, _ in call == stop ? .die(50) : .go }
                let run = CaptureRun(files, CaptureRun.configuration(sync: .every), frames: 30)
                let disk = files.afterPowerCut(&random)
                _ = try recover(disk)
                if run.promises.isEmpty { continue }
                run.check(try CaptureRun.read(disk), "cut at \(stop), seed \(seed)")
            }
        }
        // With an interval: everything up to the last sync.
        let other = MemoryFiles()
        _ = CaptureRun(other, frames: 40, syncsEvery: 4)
        var lost = 0
        for stop in stride(from: 20, through: other.calls, by: 2) {
            for seed in 1...4 as ClosedRange<UInt64> {
                var random = Seeded(seed &+ UInt64(stop))
                let files = MemoryFiles { call, _ in call == stop ? .die(50) : .go }
                // By hand, members are sealed long after their lines were synced: as by a thread that is behind.
                let run = CaptureRun(files, frames: 40, syncsEvery: 4, isDrivenByHand: seed > 2)
                let disk = files.afterPowerCut(&random)
                _ = try recover(disk)
                let comment = "interval, cut at \(stop), seed \(seed)"
                guard disk.data(Self.tape) != nil else {
                    #expect(run.synced == 0, "\(comment)")
                    continue
                }
                let reading = try CaptureRun.read(disk)
                #expect(reading.error == nil, "\(comment)")
                var frames: [Int64: [UInt8]] = [:]
                for line in reading.lines where line.kind == .frame { frames[line.sequence] = line.message }
                for (index, promise) in run.promises.enumerated() {
                    let found = frames[promise.sequence]
                    // What a sync covered is there; of the rest each line is there as it was, or not at all.
                    #expect(found == promise.frame || found == nil && index >= run.synced, "\(comment)")
                    if found == nil { lost += 1 }
                }
            }
        }
        // The double does lose what was not synced, or the test would prove nothing.
        #expect(lost > 20)
    }
}

/// A capture of frames that hardly compress, so that parts are small in lines.
struct RotationRun {
    var received: Int64 = 0
    var error: TapeError?
    let notices = NoticeList()

    private static let frames: [[UInt8]] = {
        var random = Seeded(5)
        return (1...24).map { number in
            let noise = (0..<1_500).map { _ in String(random.next(), radix: 36) }.joined()
            return Array(#"{"n":\#(number),"x":"\#(noise)"}"#.utf8)
        }
    }()

    init(_ files: MemoryFiles, _ configuration: TapeCaptureConfiguration) {
        let list = notices
        do throws(TapeError) {
            let capture = try TapeCapture(
                configuration, header: CaptureRun.header(), files: files, hasThread: false, notify: { list.add($0) })
            for (number, frame) in Self.frames.enumerated() {
                var batch = CaptureBatch()
                batch.append(frame: frame, receive: Scratch.start + Int64(number))
                let receipts = try capture.append(batch)
                received += Int64(receipts.count { $0.sequence != nil })
            }
            _ = try capture.finish(cause: "test", receive: Scratch.start + 100)
        } catch {
            self.error = error
        }
    }
}
