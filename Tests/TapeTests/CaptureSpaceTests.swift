import Foundation
import Testing

@testable import Tape

#if canImport(Glibc)
    import Glibc
#endif

@Suite struct CaptureSpaceTests {
    /// Frames stored and dropped, as the tape itself tells.
    private struct Account {
        var stored: Int64 = 0
        var dropped: Int64 = 0
        var events: [String] = []

        init(_ files: MemoryFiles, _ comment: String) throws {
            let scratch = try Scratch()
            var paths: [String] = []
            for name in files.names where name.hasSuffix(".jsonl.gz") {
                paths.append(try scratch.write(String(name.dropFirst(5)), bytes: files.data(name) ?? []))
            }
            let reader = try TapeReader(paths: paths)
            var last: Int64 = 0
            while let batch = try reader.next() {
                for line in batch.lines {
                    #expect(line.sequence == last + 1, "\(comment): hole before \(line.sequence)")
                    last = line.sequence
                    guard line.kind == .event else {
                        stored += 1
                        continue
                    }
                    let event = try batch.event(line)
                    events.append(event.name)
                    if case .dropped(let frames, _, _) = event { dropped += frames }
                }
            }
        }
    }

    @Test func aFullDiskAtAnyWriteLosesOnlyWhatItCounts() throws {
        let whole = MemoryFiles()
        _ = CaptureRun(whole, frames: 40)
        var outages = 0
        for stop in 8...whole.calls {
            for torn in [0, 1, 150] {
                let files = MemoryFiles { call, name in
                    // Full for a while: every write fails, the first may be short.
                    guard name == "write" || name == "create", call >= stop, call < stop + 4 else { return .go }
                    return call == stop && torn > 0 && name == "write"
                        ? .short(torn) : .fail(call % 2 == 0 ? ENOSPC : EDQUOT)
                }
                let comment = "full from call \(stop), short by \(torn)"
                let run = CaptureRun(files, frames: 40)
                #expect(run.error == nil, "\(comment): \(String(describing: run.error))")
                guard let summary = run.summary else { continue }
                if !summary.isSealed {
                    let disk = files.afterDeath()
                    _ = try TapeRecovery.run(
                        folder: CaptureRun.folder, name: nil, writing: .init(memberSize: 1 << 10), files: disk)
                    run.check(try CaptureRun.read(disk), comment)
                    continue
                }
                let account = try Account(files, comment)
                #expect(account.stored == Int64(run.promises.count), "\(comment)")
                run.check(try CaptureRun.read(files), comment)
                #expect(account.stored + summary.status.droppedFrames == run.sent, "\(comment)")
                guard account.dropped > 0 else { continue }
                outages += 1
                // At the end an outage may still last, and then its counts stand in the summary alone.
                #expect(account.dropped <= summary.status.droppedFrames, "\(comment)")
                if !summary.status.isOutOfSpace {
                    #expect(account.dropped == summary.status.droppedFrames, "\(comment)")
                    let names = account.events.filter { ["gap", "dropped", "resumed"].contains($0) }
                    #expect(names.prefix(3) == ["gap", "dropped", "resumed"], "\(comment): \(names)")
                }
            }
        }
        #expect(outages > 20)
    }

    @Test func eachMarkOfAnOutageStandsOnceWhereverRoomEndsAtTheFirstTry() throws {
        for room in stride(from: 0, through: 320, by: 5) {
            let isFull = SharedFlag()
            let isTight = SharedFlag()
            let files = MemoryFiles { _, name in
                guard name == "write" else { return .go }
                if isFull.value { return .fail(ENOSPC) }
                defer { isTight.value = false }
                return isTight.value ? .short(room) : .go
            }
            let capture = try TapeCapture(
                CaptureRun.small, header: CaptureRun.header(), files: files, hasThread: false)
            func send(_ number: Int64) throws {
                var batch = CaptureBatch()
                batch.append(frame: Scratch.frame(number), receive: Scratch.start + number * 2_000_000_000)
                _ = try capture.append(batch)
            }
            try send(1)
            isFull.value = true
            try send(2)
            isFull.value = false
            isTight.value = true
            for number in Int64(3)...6 { try send(number) }
            let summary = try capture.finish(cause: "test", receive: Scratch.start + 20_000_000_000)
            let account = try Account(files, "room for \(room)")
            #expect(account.events == ["gap", "dropped", "resumed", "closed"], "room for \(room)")
            #expect(account.dropped == summary.status.droppedFrames && account.stored + account.dropped == 6)
        }
    }

    @Test(arguments: ["write", "fdatasync", "fsync", "rename", "truncate", "create", "remove", "read"])
    func aFailingCallEndsTheCaptureAndNoReceivedLineIsLost(name: String) throws {
        let whole = MemoryFiles()
        let configuration = CaptureRun.configuration(sync: .every)
        _ = CaptureRun(whole, configuration, frames: 30)
        let log = whole.state.withLock { $0.log }
        var failures = 0
        for (index, call) in log.enumerated() where call == name {
            let stop = index + 1
            let files = MemoryFiles { number, _ in number == stop ? .fail(EIO) : .go }
            let run = CaptureRun(files, configuration, frames: 30)
            if run.error != nil { failures += 1 }
            let disk = files.afterDeath()
            _ = try TapeRecovery.run(
                folder: CaptureRun.folder, name: nil, writing: .init(memberSize: 1 << 10), files: disk)
            guard disk.data(disk.names.first { $0.hasSuffix(".gz") } ?? "") != nil else { continue }
            run.check(try CaptureRun.read(disk), "EIO at \(name), call \(stop)")
        }
        if log.contains(name) { #expect(failures > 0) }
    }

    @Test func aFailedSyncIsTheEndEvenForWantOfSpace() throws {
        let files = MemoryFiles()
        let capture = try TapeCapture(
            CaptureRun.configuration(sync: .every), header: CaptureRun.header(),
            files: MemoryFiles { call, name in name == "fdatasync" && call > 12 ? .fail(ENOSPC) : .go },
            hasThread: false)
        var batch = CaptureBatch()
        batch.append(frame: Scratch.frame(1), receive: Scratch.start)
        var errors = 0
        for _ in 0..<10 {
            do throws(TapeError) { _ = try capture.append(batch) } catch {
                errors += 1
                #expect(error.code == .system(call: "fdatasync", number: ENOSPC))
            }
        }
        #expect(errors >= 8)
        #expect(files.names.isEmpty)
    }

    @Test func belowTheLeastFreeSpaceNothingIsStoredUntilItReturns() throws {
        var configuration = CaptureRun.small
        configuration.minimumFree = 10_000
        let files = MemoryFiles()
        files.capacity = 100_000
        let notices = NoticeList()
        let capture = try TapeCapture(
            configuration, header: CaptureRun.header(), files: files, hasThread: false, notify: { notices.add($0) })
        func send(_ number: Int64) throws -> CaptureReceipt? {
            var batch = CaptureBatch()
            batch.append(frame: Scratch.frame(number), receive: Scratch.start + number * 500_000_000)
            return try capture.append(batch).first
        }
        #expect(try send(1)?.sequence == 1)
        files.capacity = files.state.withLock { $0.used } + 9_000
        capture.keepHouse()
        #expect(try send(2)?.sequence == nil)
        #expect(try send(3)?.sequence == nil)
        #expect(capture.status.isOutOfSpace && capture.status.droppedFrames == 2)
        files.capacity = 100_000
        capture.keepHouse()
        try capture.poll(receive: Scratch.start + 4 * 500_000_000)
        let receipt = try send(5)
        #expect(receipt == CaptureReceipt(sequence: 5, segment: 3))
        let summary = try capture.finish(cause: "test", receive: Scratch.start + 3_000_000_000)
        #expect(summary.isSealed && summary.hasLoss)
        let account = try Account(files, "least free")
        #expect(account.events == ["gap", "dropped", "resumed", "closed"] && account.dropped == 2)
        #expect(
            notices.all.contains { if case .spaceLow(_, "low-disk") = $0 { true } else { false } }
                && notices.all.contains(.spaceReturned(frames: 2, bytes: Int64(Scratch.frame(2).count * 2))))
    }

    @Test func afterAShortWriteOnlyWholeLinesAndMembersStand() throws {
        let whole = MemoryFiles()
        _ = CaptureRun(whole, frames: 20)
        var checked = 0
        for stop in 8...whole.calls {
            for torn in [3, 60, 130] {
                let files = MemoryFiles { call, name in
                    guard name == "write", call >= stop else { return .go }
                    return call == stop ? .short(torn) : .fail(ENOSPC)
                }
                _ = CaptureRun(files, frames: 20)
                for name in files.names {
                    guard let data = files.data(name) else { continue }
                    if name.hasSuffix(".open") {
                        #expect(data.last == 0x0A, "short by \(torn) at \(stop): \(name) ends in a torn line")
                        checked += 1
                    } else if name.hasSuffix(".gz") {
                        var at = 0
                        while case .field(let field) = TapeMemberField.read(data.span, at: at) {
                            at += field.memberSize
                        }
                        #expect(at == data.count, "short by \(torn) at \(stop): \(name) ends in a torn member")
                    }
                }
            }
        }
        #expect(checked > 50)
    }

    @Test func aFullQueueBecomesDroppedAndEveryFrameIsAccountedFor() throws {
        var configuration = CaptureRun.configuration(rotateSize: 64 << 10, memberSize: 64 << 10)
        configuration.queueBytes = 1 << 20
        // The next part cannot be created: members wait.
        let isSlow = SharedFlag()
        let files = MemoryFiles { _, name in name == "create" && isSlow.value ? .fail(ENOSPC) : .go }
        let notices = NoticeList()
        let capture = try TapeCapture(
            configuration, header: CaptureRun.header(), files: files, hasThread: false, notify: { notices.add($0) })
        isSlow.value = true
        var sent: Int64 = 0
        var random = Seeded(9)
        var dropped = 0
        for _ in 0..<150 {
            var batch = CaptureBatch()
            for _ in 0..<3 {
                sent += 1
                let noise = (0..<300).map { _ in String(random.next(), radix: 36) }.joined()
                batch.append(frame: Array(#"{"x":"\#(noise)"}"#.utf8), receive: Scratch.start + sent)
            }
            dropped += try capture.append(batch).count { $0.sequence == nil }
            #expect(capture.status.queuedBytes <= configuration.queueBytes + 64 << 10)
        }
        #expect(dropped > 50)
        isSlow.value = false
        let summary = try capture.finish(cause: "test", receive: Scratch.start + sent)
        let account = try Account(files, "queue")
        #expect(account.stored + account.dropped == sent)
        #expect(account.dropped == summary.status.droppedFrames && account.dropped == Int64(dropped))
        #expect(account.events.count { $0 == "dropped" } == 1)
    }

    @Test func aFrameTooLongIsDroppedAndTheRestStored() throws {
        let files = MemoryFiles()
        let capture = try TapeCapture(
            CaptureRun.small, header: CaptureRun.header(), files: files, hasThread: false)
        var batch = CaptureBatch()
        batch.append(frame: Scratch.frame(1), receive: Scratch.start)
        batch.append(frame: [UInt8](repeating: 0x20, count: 5 << 20), receive: Scratch.start)
        batch.append(frame: Scratch.frame(3), receive: Scratch.start)
        let receipts = try capture.append(batch)
        #expect(receipts.map(\.sequence) == [1, nil, 3] && receipts[2].segment == 2)
        _ = try capture.finish(cause: "test", receive: Scratch.start)
        let account = try Account(files, "long")
        #expect(account.stored == 2 && account.dropped == 1)
    }
}
