import Foundation
import Testing

@testable import Tape

@Suite struct TapeReaderTests {
    @Test func threadsChangeNeitherBytesNorOrder() throws {
        let folder = try Scratch()
        var files: [[UInt8]] = []
        for (index, workers) in [1, 8, 1, 3].enumerated() {
            let path = try folder.tape(
                "\(index).gz", lines: 2_000, configuration: .init(memberSize: 4 << 10, workers: workers))
            files.append(try Scratch.bytes(path))
        }
        #expect(files.allSatisfy { $0 == files[0] })
        let path = folder.file("0.gz")
        let one = Reading([path], .init(workers: 1, windowBytes: 64 << 10))
        let eight = Reading([path], .init(workers: 8))
        #expect(one.error == nil && one.lines.count == 2_000)
        #expect(one.lines == eight.lines)
        #expect(one.headers == eight.headers && one.headers.count == 1)
    }

    @Test func membersCloseBySizeAndReceiveTimeOfTheLines() throws {
        let folder = try Scratch()
        let path = folder.file("t.gz")
        let writer = try TapeWriter(path: path, header: Scratch.header(), configuration: .init(memberSize: 1 << 10))
        let line = #"{"seq":1,"receive":\#(Scratch.start),"frame":""}"#.utf8.count + 1
        // Two lines of 512 bytes fill a member to the byte; the third starts the next.
        let exact = Array("\"\(String(repeating: "a", count: 512 - line))\"".utf8)
        for number in 1...3 as ClosedRange<Int64> {
            try writer.append(frame: exact, sequence: number, receive: Scratch.start)
        }
        // 1 ns short of 60 s after the member's first line: same member; at 60 s: the next.
        try writer.append(frame: [0x31], sequence: 4, receive: Scratch.start + 59_999_999_999)
        try writer.append(frame: [0x31], sequence: 5, receive: Scratch.start + 60_000_000_000)
        // Longer than a member: alone.
        try writer.append(
            frame: Array("\"\(String(repeating: "b", count: 5_000))\"".utf8), sequence: 6,
            receive: Scratch.start + 60_000_000_000)
        try writer.append(frame: [0x31], sequence: 7, receive: Scratch.start + 60_000_000_000)
        _ = try writer.finish()
        let reader = try TapeReader(paths: [path])
        var members: [[Int64]] = []
        while let batch = try reader.next() { members.append(batch.lines.map(\.sequence)) }
        #expect(members == [[1, 2], [3, 4], [5], [6], [7]])
    }

    @Test func segmentsNameTheLastGapOrDrop() throws {
        let folder = try Scratch()
        let lines = Reading([try folder.tape("t.gz", lines: 1_000)]).lines
        var segment: Int64 = 0
        for line in lines {
            #expect(line.segment == segment)
            if line.envelope.contains(#""event":"gap""#) || line.envelope.contains(#""event":"dropped""#) {
                segment = line.sequence
            }
        }
        #expect(segment > 0)
    }

    @Test func everyWindowEqualsALinearScan() throws {
        let folder = try Scratch()
        let path = try folder.tape("t.gz", lines: 300)
        let all = Reading([path]).lines
        #expect(all.count == 300)
        for line in all {
            var bySequence = TapeReaderConfiguration(
                window: .init(sequences: line.sequence..<line.sequence + 3), workers: 1)
            bySequence.hopDistance = 0
            #expect(
                Reading([path], bySequence).lines == all.filter { (line.sequence..<line.sequence + 3) ~= $0.sequence })
            var byReceive = TapeReaderConfiguration(
                window: .init(receives: line.receive..<line.receive + 1_000_000), workers: 1)
            byReceive.hopDistance = 0
            #expect(
                Reading([path], byReceive).lines
                    == all.filter { (line.receive..<line.receive + 1_000_000) ~= $0.receive })
        }
        for window in [
            TapeWindow(sequences: 0..<1), .init(sequences: 301..<Int64.max), .init(receives: 0..<1),
            .init(receives: Int64.max - 1..<Int64.max), .init(sequences: 5..<5),
        ] {
            var configuration = TapeReaderConfiguration(window: window, workers: 1)
            configuration.hopDistance = 0
            let reading = Reading([path], configuration)
            #expect(reading.lines.isEmpty && reading.error == nil)
            #expect(reading.headers.count == 1)
        }
    }

    @Test func aForgedSignatureMisleadsNoSearch() throws {
        let folder = try Scratch()
        // Members made by hand: stored blocks, so that the text stands in the file as it is.
        func member(_ number: Int64, _ content: [UInt8], isHeader: Bool = false) -> [UInt8] {
            var field = TapeMemberField()
            field.isHeader = isHeader
            field.lines = 1
            field.firstSequence = number
            field.lastSequence = number
            field.firstReceive = Scratch.start + number
            field.lastReceive = field.firstReceive
            return TapeMember.encode(TapeMember.Closed(text: content + [0x0A], field: field), level: 0)
        }
        func head(_ sequence: Int64, size: Int) -> [UInt8] {
            var field = TapeMemberField()
            (field.memberSize, field.textSize, field.lines) = (size, 100, 1)
            (field.firstSequence, field.lastSequence) = (sequence, sequence)
            (field.firstReceive, field.lastReceive) = (1, 1)
            var out: [UInt8] = []
            field.appendHead(to: &out)
            return out
        }
        var header: [UInt8] = []
        Scratch.header().appendLine(to: &header)
        for size in [1_000, 130, 87, 110, 700] {
            var file = member(0, header, isHeader: true)
            for number in 1...60 as ClosedRange<Int64> {
                var line = Array(#"{"seq":\#(number),"receive":\#(Scratch.start + number),"text":""#.utf8)
                // Forged places before and behind the truth; sizes that hop anywhere, and 87 exactly onto the next member.
                let forged = head(number % 2 == 0 ? 1 : 1_000_000_007, size: size)
                line += forged.contains(0x0A) ? [] : forged
                line += Array(#""}"#.utf8)
                file += member(number, line)
            }
            let path = try folder.write("t.gz", bytes: file)
            for number in 1...60 as ClosedRange<Int64> {
                var configuration = TapeReaderConfiguration(window: .init(sequences: number..<number + 1), workers: 1)
                configuration.hopDistance = 0
                let reader = try TapeReader(paths: [path], configuration: configuration)
                var seen: [Int64] = []
                while let batch = try reader.next() { seen += batch.lines.map(\.sequence) }
                #expect(seen == [number], "forged size \(size)")
            }
        }
    }

    @Test func piecesOfATapeAreTheWholeTape() throws {
        let folder = try Scratch()
        let path = try folder.tape("t.gz", lines: 500)
        let all = Reading([path])
        for (index, range) in ([1..<170, 170..<171, 171..<501] as [Range<Int64>]).enumerated() {
            let summary = try TapeCut.run(
                paths: [path], window: .init(sequences: range), to: folder.file("\(index).gz"))
            #expect(summary.lines == Int64(range.count))
        }
        // Named in any order; every piece alone knows its segments, too.
        let pieces = [2, 0, 1].map { folder.file("\($0).gz") }
        let joined = Reading(pieces)
        #expect(joined.error == nil)
        #expect(joined.lines == all.lines)
        #expect(Set(joined.headers) == Set(all.headers))
        #expect(Reading([pieces[0]]).lines == Array(all.lines[170...]))
        // By time: equal receive times stay together.
        let middle = all.lines[250].receive
        let early = folder.file("early.gz")
        let late = folder.file("late.gz")
        _ = try TapeCut.run(paths: [path], window: .init(receives: 0..<middle), to: early)
        _ = try TapeCut.run(paths: [path], window: .init(receives: middle..<Int64.max), to: late)
        #expect(Reading([late, early]).lines == all.lines)
        // Cutting everything gives the same lines, and the same bytes where members close alike.
        _ = try TapeCut.run(
            paths: [path], window: .everything, to: folder.file("same.gz"), writing: .init(memberSize: 1 << 10))
        #expect(try Scratch.bytes(folder.file("same.gz")) == Scratch.bytes(path))
        // gzip lets files be joined with cat.
        let concatenated = try folder.write(
            "cat.gz", bytes: [0, 1, 2].flatMap { try Scratch.bytes(folder.file("\($0).gz")) })
        #expect(Reading([concatenated]).lines == all.lines)
    }

    @Test func aStretchGivenTwiceIsRefused() throws {
        let folder = try Scratch()
        let path = try folder.tape("t.gz", lines: 50)
        _ = try TapeCut.run(paths: [path], window: .init(sequences: 40..<51), to: folder.file("end.gz"))
        let reading = Reading([path, folder.file("end.gz")])
        #expect(reading.error?.code == .overlap(other: path))
        #expect(reading.lines.count == 50)
    }

    @Test func streamsInterleaveByReceiveThenByTheirOrderOnTheCommandLine() throws {
        let folder = try Scratch()
        let a = try folder.tape("a.gz", lines: 400, seed: 1, stream: "zz")
        let b = try folder.tape("b.gz", lines: 400, seed: 2, stream: "aa")
        let c = try folder.tape("c.gz", lines: 10, seed: 3, stream: "mm")
        for paths in [[a, b, c], [b, c, a]] {
            let merged = Reading(paths, .init(workers: 2, windowBytes: 64 << 10))
            #expect(merged.error == nil)
            let apart = paths.map { Reading([$0]).lines }
            let expected = apart.enumerated().flatMap { stream, lines in lines.map { (stream, $0) } }
                .sorted {
                    ($0.1.receive, $0.0, $0.1.sequence) < ($1.1.receive, $1.0, $1.1.sequence)
                }.map(\.1)
            #expect(merged.lines == expected)
        }
        let reader = try TapeReader(paths: [b, a])
        #expect(reader.streams.map(\.stream) == ["aa", "zz"])
    }
}
