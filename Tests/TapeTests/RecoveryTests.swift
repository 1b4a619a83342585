import Foundation
import Testing

@testable import Tape

@Suite struct RecoveryTests {
    /// Damaged deflate data can give text that looks like lines.
    @Test func aTextWithoutCRCEndsBeforeTheFirstLineThatIsNoJSON() {
        let text = (1...3).map { number in
            let frame = number == 2 ? #"{"p":99}y321s2{299}"# : #"{"type":"ping"}"#
            return #"{"seq":\#(number),"receive":\#(number),"frame":\#(frame)}"# + "\n"
        }
        let bytes = Array(text.joined().utf8)
        #expect(TapeMember.goodLines(in: bytes, isVerified: false).lines.map(\.sequence) == [1])
        #expect(TapeMember.goodLines(in: bytes, isVerified: true).lines.map(\.sequence) == [1, 2, 3])
    }

    private static let name = "finnhub_\(CaptureRun.stream)_0001.jsonl.gz"

    /// A closed tape of small members.
    private func whole(_ folder: Scratch, frames: Int64 = 40) throws -> (path: String, lines: [SeenLine]) {
        var configuration = TapeCaptureConfiguration(folder: folder.path, memberSize: 1 << 10, minimumFree: 0)
        configuration.sync = .never
        let capture = try TapeCapture(
            configuration, header: Scratch.header(), files: PosixFileSystem(), hasThread: false)
        var batch = CaptureBatch()
        for number in 1...frames {
            batch.append(frame: Scratch.frame(number), receive: Scratch.start + number)
            if number % 9 == 0 { batch.append(event: .gap(from: 1, cause: "test"), receive: Scratch.start + number) }
        }
        _ = try capture.append(batch)
        let path = try capture.finish(cause: "test", receive: Scratch.start + frames).path
        return (path, Reading([path]).lines)
    }

    private func members(_ bytes: [UInt8]) -> [(range: Range<Int>, field: TapeMemberField)] {
        var found: [(Range<Int>, TapeMemberField)] = []
        var at = 0
        while case .field(let field) = TapeMemberField.read(bytes.span, at: at) {
            found.append((at..<at + field.memberSize, field))
            at += field.memberSize
        }
        return found
    }

    /// What every recovered tape must be: verified clean but for holes, read by gzip, and left alone a second time.
    private func check(_ path: String, _ report: TapeRecoveryReport, _ comment: String) throws -> [SeenLine] {
        let reading = Reading([path], .init(workers: 1))
        if let error = reading.error { Issue.record("\(comment): \(error)") }
        #expect(Int64(reading.lines.count) == report.lines, "\(comment)")
        let verification = try #require(try TapeVerification.run(paths: [path]).first)
        let others = verification.findings.filter { !$0.detail.hasSuffix("is missing") }
        #expect(others.isEmpty, "\(comment): \(others)")
        let bytes = try Scratch.bytes(path)
        let again = try TapeRecovery.run(path: path)
        #expect(!again.isChanged && again.outcome != .nothing, "\(comment): a second recovery changed it")
        #expect(try Scratch.bytes(path) == bytes, "\(comment)")
        return reading.lines
    }

    @Test func aTapeCutAnywhereKeepsEveryWholeLine() throws {
        let folder = try Scratch()
        let (path, lines) = try whole(folder)
        let bytes = try Scratch.bytes(path)
        let table = members(bytes)
        #expect(table.count > 4)
        var salvaged = 0
        for length in stride(from: 1, to: bytes.count, by: Heavy.isOn ? 1 : 3) {
            try folder.write(Self.name, bytes: Array(bytes[..<length]))
            let report = try TapeRecovery.run(path: path)
            let sure = table.last { $0.range.upperBound <= length && !$0.field.isHeader }?.field.lastSequence ?? 0
            guard report.outcome != .nothing else {
                #expect(sure == 0, "cut at \(length)")
                continue
            }
            let kept = try check(path, report, "cut at \(length)")
            #expect(kept.filter { !$0.envelope.contains("recovered") }.count >= Int(sure), "cut at \(length)")
            for line in kept where line.kind == .frame {
                #expect(lines.contains { $0.envelope == line.envelope }, "cut at \(length): a line was made up")
            }
            salvaged += Int(report.unverifiedLines)
            if !table.contains(where: { $0.range.upperBound == length }) {
                #expect(report.outcome == .lossy, "cut at \(length)")
                #expect(try Scratch.bytes(path + ".damaged") == Array(bytes[..<length]), "cut at \(length)")
            }
            try? FileManager.default.removeItem(atPath: path + ".damaged")
        }
        #expect(salvaged > 50)
    }

    @Test func aFlippedByteCostsNoOtherMember() throws {
        let folder = try Scratch()
        let (path, lines) = try whole(folder)
        let bytes = try Scratch.bytes(path)
        let table = members(bytes)
        var rescued = 0
        for place in stride(from: 0, to: bytes.count, by: Heavy.isOn ? 1 : 5) {
            var damaged = bytes
            damaged[place] ^= 0x55
            try folder.write(Self.name, bytes: damaged)
            let report = try TapeRecovery.run(path: path)
            let kept = try check(path, report, "byte \(place)")
            let hit = try #require(table.first { $0.range.contains(place) })
            let expected = lines.filter {
                hit.field.isHeader || $0.sequence < hit.field.firstSequence || $0.sequence > hit.field.lastSequence
            }
            let envelopes = Set(kept.map(\.envelope))
            let lost = expected.filter { !envelopes.contains($0.envelope) }
            #expect(lost.isEmpty, "byte \(place): lost \(lost.map(\.sequence)) of other members")
            for line in kept where !line.envelope.contains("recovered") {
                #expect(lines.contains { $0.envelope == line.envelope }, "byte \(place): a wrong line was kept")
            }
            // The head of a member is no line: its text still passes gzip's CRC.
            if !hit.field.isHeader, place < hit.range.lowerBound + TapeMemberField.headSize {
                #expect(kept.count >= lines.count, "byte \(place)")
                rescued += Int(report.rescuedLines)
            }
            for number in ["", "-2"] { try? FileManager.default.removeItem(atPath: path + ".damaged\(number)") }
        }
        #expect(rescued > 100)
    }

    @Test func corruptingEachMemberInTurnKeepsAllOthersAndSaysSo() throws {
        let folder = try Scratch()
        let (path, lines) = try whole(folder)
        let bytes = try Scratch.bytes(path)
        for (range, field) in members(bytes) where !field.isHeader {
            var damaged = bytes
            for index in range.lowerBound + 70..<range.upperBound { damaged[index] = UInt8(truncatingIfNeeded: index) }
            try folder.write(Self.name, bytes: damaged)
            let verification = try #require(try TapeVerification.run(paths: [path]).first)
            #expect(
                verification.outcome == .lossy
                    && verification.findings.contains { $0.offset == Int64(range.lowerBound) })
            let report = try TapeRecovery.run(path: path)
            #expect(report.outcome == .lossy && report.lostBytes == Int64(range.count))
            #expect(
                report.lines >= Int64(lines.count - field.lines) && report.lines <= Int64(lines.count - field.lines + 1)
            )
            _ = try check(path, report, "member at \(range.lowerBound)")
            try FileManager.default.removeItem(atPath: path + ".damaged")
        }
    }

    @Test func bytesBehindTheTapeAndMissingEndsAreFound() throws {
        let folder = try Scratch()
        let (path, _) = try whole(folder)
        let bytes = try Scratch.bytes(path)
        let clean = try #require(try TapeVerification.run(paths: [path]).first)
        #expect(
            clean.outcome == .clean && clean.isClosed && clean.gaps == 4 && clean.frames == 40 && clean.trades == 40)
        try folder.write(Self.name, bytes: bytes + [UInt8](repeating: 0, count: 512))
        #expect(try TapeVerification.run(paths: [path]).first?.outcome == .lossy)
        for length in stride(from: 1, to: bytes.count, by: Heavy.isOn ? 1 : 7) {
            try folder.write(Self.name, bytes: Array(bytes[..<length]))
            let found = try #require(try TapeVerification.run(paths: [path]).first)
            #expect(found.faults > 0, "cut at \(length)")
        }
        // Between two members only the missing `closed` tells.
        let table = members(bytes)
        try folder.write(Self.name, bytes: Array(bytes[..<table[2].range.upperBound]))
        let cut = try #require(try TapeVerification.run(paths: [path]).first)
        #expect(cut.findings.count == 1 && cut.findings[0].detail.contains("`closed`"))
    }

    @Test func aJournalAloneBecomesATape() throws {
        let folder = try Scratch()
        let capture = try TapeCapture(
            TapeCaptureConfiguration(folder: folder.path, minimumFree: 0), header: Scratch.header(),
            files: PosixFileSystem(), hasThread: false)
        try capture.append(event: .connected(attempt: 1), receive: Scratch.start)
        let path = capture.path
        let open = try #require(try TapeVerification.run(paths: [path]).first)
        #expect(open.isBeingWritten && open.outcome == .clean && open.journalLines == 1)
        #expect(throws: TapeError(.busy, path: path)) { try TapeRecovery.run(path: path) }
        #expect(try TapeRecovery.run(folder: folder.path).isEmpty)
        capture.abandon()
        let dead = try #require(try TapeVerification.run(paths: [path]).first)
        #expect(dead.outcome == .lossy && dead.findings.first?.detail.contains("recover") == true)
        try FileManager.default.removeItem(atPath: path)
        let report = try TapeRecovery.run(path: path + ".open")
        #expect(report.journalLines == 1 && report.lines == 2 && report.outcome == .clean)
        #expect(report.previous?.stream == CaptureRun.stream)
        #expect(try TapeVerification.run(paths: [path]).first?.outcome == .clean)
        #expect(TapeRecovery.lastLine(in: folder.path, name: "finnhub")?.sequence == 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [Self.name])
    }

    @Test func journalsOfAnyBytesNeverTrapAndNeverMakeUpALine() throws {
        let pieces: [[UInt8]] = [
            Array(#"{"seq":1,"receive":2,"frame":{}}"#.utf8), Array(#"{"seq":2,"receive":3,"event":"gap""#.utf8),
            [0x0A],
            Array(#"{"seq":0,"receive":0,"tape":1,"stream":"a","source":"","symbols":[],"recorder":"","part":1}"#.utf8),
            Array(#"{"seq":9223372036854775807,"receive":9223372036854775807,"text":""}"#.utf8), [0, 0, 0],
        ]
        for seed in 1...300 as ClosedRange<UInt64> {
            var random = Seeded(seed)
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                bytes += pieces[Int.random(in: 0..<pieces.count, using: &random)]
                if Bool.random(using: &random) { bytes.append(0x0A) }
            }
            let files = MemoryFiles()
            files.put("disk/\(Self.name).open", bytes)
            let report = try? TapeRecovery.run(path: "disk/\(Self.name)", writing: .init(), files: files)
            if let report, report.lines > 0 {
                #expect(try CaptureRun.read(files).error == nil, "seed \(seed)")
            }
        }
    }

    @Test func holesAndSwappedPartsAreFound() throws {
        let folder = try Scratch()
        let (path, _) = try whole(folder)
        let bytes = try Scratch.bytes(path)
        let table = members(bytes)
        var cut = Array(bytes[..<table[2].range.lowerBound])
        cut += bytes[table[3].range.lowerBound...]
        try folder.write(Self.name, bytes: cut)
        let hole = try #require(try TapeVerification.run(paths: [path]).first)
        #expect(hole.findings.contains { $0.detail.contains("is missing") })
        let report = try TapeRecovery.run(path: path)
        #expect(report.missingLines == Int64(table[2].field.lines) && report.outcome == .lossy && !report.isChanged)
        #expect(report.holes == [table[2].field.firstSequence...table[2].field.lastSequence])
    }
}
