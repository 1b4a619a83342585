import Foundation
import Testing

@testable import Tape

#if canImport(Glibc)
    import Glibc
#endif

/// Captures on real disks: a small one that fills, and folders that several share.
@Suite struct CaptureDiskTests {
    private static func configuration(_ folder: String) -> TapeCaptureConfiguration {
        TapeCaptureConfiguration(folder: folder, memberSize: 64 << 10, rotateSize: 4 << 20, minimumFree: 0)
    }

    @Test func aDiskOf16MiBFillsAndRecordingGoesOnWhenSpaceReturns() throws {
        let scratch = try Scratch()
        let folder = scratch.file("disk")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard getuid() == 0, mount("tmpfs", folder, "tmpfs", 0, "size=16m") == 0 else {
            print("SKIPPED: a tmpfs of 16 MiB needs root and the right to mount")
            return
        }
        defer { umount2(folder, Int32(MNT_DETACH)) }
        // Something that can go, so that space returns.
        try Data(count: 6 << 20).write(to: URL(fileURLWithPath: "\(folder)/ballast"))
        let notices = NoticeList()
        let capture = try TapeCapture(
            Self.configuration(folder), header: Scratch.header(), files: PosixFileSystem(), hasThread: false,
            notify: { notices.add($0) })
        var random = Seeded(3)
        var sent: Int64 = 0
        var stored: Int64 = 0
        func send(_ count: Int) throws {
            var batch = CaptureBatch()
            for _ in 0..<count {
                sent += 1
                let noise = (0..<200).map { _ in String(random.next(), radix: 36) }.joined()
                batch.append(
                    frame: Array(#"{"n":\#(sent),"x":"\#(noise)"}"#.utf8), receive: Scratch.start + sent * 100_000_000)
            }
            stored += Int64(try capture.append(batch).count { $0.sequence != nil })
        }
        while capture.status.droppedFrames < 200, sent < 20_000 { try send(10) }
        #expect(capture.status.isOutOfSpace)
        // What is there is a tape, disk full or not.
        let tapes = try KilledCapture.tapes(in: folder)
        #expect(Reading(tapes, .init(workers: 1)).error == nil)
        try FileManager.default.removeItem(atPath: "\(folder)/ballast")
        for _ in 0..<30 { try send(10) }
        #expect(!capture.status.isOutOfSpace)
        let summary = try capture.finish(cause: "test", receive: Scratch.start + sent * 100_000_000)
        #expect(summary.isSealed && summary.hasLoss)
        #expect(stored + summary.status.droppedFrames == sent)
        let verification = try #require(try TapeVerification.run(paths: try KilledCapture.tapes(in: folder)).first)
        #expect(verification.outcome == .clean, "\(verification.findings)")
        #expect(verification.frames == stored && verification.droppedFrames == summary.status.droppedFrames)
        #expect(verification.gaps >= 1 && verification.openGaps == 0 && verification.isClosed)
        #expect(notices.closedParts.count >= 2)
    }

    @Test func aSecondWriterOfTheStreamIsRefusedAndOthersShareTheFolder() throws {
        let scratch = try Scratch()
        let configuration = Self.configuration(scratch.path)
        let first = try TapeCapture(configuration: configuration, header: Scratch.header())
        try first.append(event: .connected(attempt: 1), receive: Scratch.start)
        let before = try Scratch.bytes(first.path)
        #expect(throws: TapeError(.exists, path: first.path)) {
            try TapeCapture(configuration: configuration, header: Scratch.header())
        }
        #expect(try Scratch.bytes(first.path) == before)
        let second = try TapeCapture(configuration: configuration, header: Scratch.header(stream: "other"))
        try second.append(event: .connected(attempt: 1), receive: Scratch.start)
        // Neither is recovered while it lives.
        #expect(try TapeRecovery.run(folder: scratch.path).isEmpty)
        first.abandon()
        let reports = try TapeRecovery.run(folder: scratch.path).map { try $0.get() }
        #expect(reports.map(\.stream) == [Scratch.header().stream])
        _ = try second.finish(cause: "test", receive: Scratch.start)
        // A finished stream is never reopened.
        #expect(throws: TapeError.self) { try TapeCapture(configuration: configuration, header: Scratch.header()) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).count == 2)
    }

    @Test func partsEndWithTheUTCDayAndTheHour() throws {
        for threads in [false, true] {
            let scratch = try Scratch()
            var configuration = Self.configuration(scratch.path)
            configuration.rotateTime = .seconds(3_600)
            let capture = try TapeCapture(
                configuration, header: Scratch.header(), files: PosixFileSystem(), hasThread: threads)
            let step: Int64 = 600_000_000_000
            for number in 1...100 as ClosedRange<Int64> {
                var batch = CaptureBatch()
                batch.append(frame: Scratch.frame(number), receive: Scratch.start + number * step)
                _ = try capture.append(batch)
            }
            _ = try capture.finish(cause: "test", receive: Scratch.start + 100 * step)
            let tapes = try KilledCapture.tapes(in: scratch.path)
            #expect(tapes.count == 18)
            var last: Int64 = 0
            for (index, tape) in tapes.enumerated() {
                let reading = Reading([tape])
                #expect(reading.error == nil && reading.lines.first?.sequence == last + 1)
                last = reading.lines.last?.sequence ?? 0
                let hours = Set(reading.lines.map { $0.receive / 3_600_000_000_000 })
                #expect(hours.count == 1)
                #expect(try TapeReader(paths: [tape]).streams.first?.part == index + 1)
            }
            #expect(last == 101)
            #expect(try TapeVerification.run(paths: tapes).map(\.outcome) == [.clean])
        }
    }

    @Test func theSameLinesGiveTheSameBytesWithAndWithoutAThread() throws {
        var files: [[String: [UInt8]]] = []
        for threads in [false, true, true] {
            let scratch = try Scratch()
            var configuration = Self.configuration(scratch.path)
            configuration.rotateSize = 64 << 10
            configuration.memberSize = 8 << 10
            configuration.sync = .never
            let capture = try TapeCapture(
                configuration, header: Scratch.header(), files: PosixFileSystem(), hasThread: threads)
            var random = Seeded(11)
            var number: Int64 = 0
            for _ in 0..<400 {
                var batch = CaptureBatch()
                // Batches of another shape each time: bytes are a function of lines alone.
                for _ in 0..<(threads ? 5 : 10) {
                    number += 1
                    let noise = (0..<8).map { _ in String(random.next(), radix: 36) }.joined()
                    batch.append(frame: Array(#"{"n":"\#(noise)"}"#.utf8), receive: Scratch.start + number)
                }
                _ = try capture.append(batch)
                if number >= 2_000 { break }
            }
            _ = try capture.finish(cause: "test", receive: Scratch.start + number)
            var found: [String: [UInt8]] = [:]
            for name in try FileManager.default.contentsOfDirectory(atPath: scratch.path) {
                found[name] = try Scratch.bytes("\(scratch.path)/\(name)")
            }
            files.append(found)
        }
        #expect(files[0].count > 2)
        #expect(files[0] == files[1] && files[1] == files[2])
    }

    @Test func retentionDeletesOnlyTheOldestClosedParts() throws {
        for seed in 1...60 as ClosedRange<UInt64> {
            var random = Seeded(seed)
            let files = MemoryFiles()
            var sizes: [String: Int] = [:]
            let names = (1...12).map { number in
                "disk/finnhub_2024080\(number % 9 + 1)T000000Z-aaaa_\(String(repeating: "0", count: number < 10 ? 3 : 2))\(number).jsonl.gz"
            }.sorted()
            let day: Int64 = 86_400_000_000_000
            for (index, name) in names.enumerated() {
                let size = Int.random(in: 1...100, using: &random) * 100
                sizes[name] = size
                files.put(name, [UInt8](repeating: 1, count: size), modified: Int64(index) * day)
            }
            // Never these: an unrecovered one, a stranger, another name's.
            let unrecovered = names[Int.random(in: 0..<4, using: &random)]
            files.put(unrecovered + ".open", [1])
            files.put("disk/aaaa.txt", [UInt8](repeating: 1, count: 5_000))
            files.put("disk/other_s_0001.jsonl.gz", [1])
            var configuration = CaptureRun.small
            let kind = Int(seed % 3)
            if kind == 0 { configuration.keepSize = Int64.random(in: 0...60_000, using: &random) }
            if kind == 1 { configuration.keepAge = .seconds(86_400 * Int64.random(in: 1...12, using: &random)) }
            if kind == 2 {
                files.capacity = 200_000
                configuration.keepFree = Int64(
                    200_000 - files.state.withLock { $0.used } + Int.random(in: 0...40_000, using: &random))
            }
            let held = names[Int.random(in: 4..<8, using: &random)]
            let notices = NoticeList()
            let capture = try TapeCapture(
                configuration, header: Scratch.header(stream: "20250101T000000Z-ffff"), files: files, hasThread: false,
                now: { 12 * day }, mayDelete: { $0 != held }, notify: { notices.add($0) })
            capture.keepHouse()
            let left = Set(files.names)
            #expect(
                left.isSuperset(of: [
                    unrecovered, unrecovered + ".open", held, "disk/aaaa.txt", "disk/other_s_0001.jsonl.gz",
                    capture.path,
                ]))
            let candidates = names.filter { $0 != unrecovered && $0 != held }
            let gone = candidates.filter { !left.contains($0) }
            #expect(gone == Array(candidates.prefix(gone.count)), "seed \(seed): not the oldest went")
            #expect(notices.all.count { if case .partDeleted = $0 { true } else { false } } == gone.count)
            let rest = candidates.count > gone.count
            switch kind {
            case 0:
                let total = left.filter { $0.contains("finnhub_") && $0.hasSuffix(".gz") }
                    .reduce(Int64(0)) { $0 + Int64(files.data($1)?.count ?? 0) }
                #expect(!rest || total <= configuration.keepSize ?? 0, "seed \(seed)")
                // No more went than had to.
                if let last = gone.last { #expect(total + Int64(sizes[last] ?? 0) > configuration.keepSize ?? 0) }
            case 1:
                #expect(
                    gone.count
                        == candidates.count { name in
                            12 * day - Int64(names.firstIndex(of: name) ?? 0) * day
                                > (configuration.keepAge ?? .zero).wholeNanoseconds
                        })
            default: #expect(try !rest || files.freeBytes(in: "disk") >= configuration.keepFree ?? 0)
            }
            capture.abandon()
        }
    }

    @Test(arguments: [
        ("name", TapeCaptureConfiguration(folder: "x", name: "a_b")), ("name", .init(folder: "x", name: "")),
        ("level", .init(folder: "x", level: 0)), ("fsync", .init(folder: "x", sync: .interval(.zero))),
        ("rotate size", .init(folder: "x", rotateSize: 1)), ("rotate time", .init(folder: "x", rotateTime: .zero)),
        ("keep age", .init(folder: "x", keepAge: .zero)), ("min free", .init(folder: "x", minimumFree: -1)),
        ("queue", .init(folder: "x", queueBytes: 0)),
    ])
    func settingsOutOfRangeAreRefused(setting: String, configuration: TapeCaptureConfiguration) {
        do throws(TapeError) {
            _ = try TapeCapture(configuration: configuration, header: Scratch.header())
            Issue.record("accepted")
        } catch {
            guard case .badSetting(let name, _, let accepted) = error.code else {
                Issue.record("\(error)")
                return
            }
            #expect(name == setting && !accepted.isEmpty)
        }
    }

    @Test func linesOutOfOrderAreRefusedAndTheCaptureGoesOn() throws {
        let files = MemoryFiles()
        let capture = try TapeCapture(CaptureRun.small, header: Scratch.header(), files: files, hasThread: false)
        try capture.append(event: .connected(attempt: 1), receive: Scratch.start + 5)
        do throws(TapeError) {
            try capture.append(event: .connected(attempt: 2), receive: Scratch.start)
            Issue.record("accepted")
        } catch {
            guard case .disorder = error.code else {
                Issue.record("\(error)")
                return
            }
        }
        #expect(try capture.append(event: .connected(attempt: 3), receive: Scratch.start + 5).sequence == 2)
        #expect(try capture.finish(cause: "test", receive: Scratch.start + 5).isSealed)
    }
}
