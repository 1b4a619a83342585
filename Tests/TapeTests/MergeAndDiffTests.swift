import Foundation
import Testing

@testable import Tape

@Suite struct MergeAndDiffTests {
    private func tapes(_ folder: Scratch) throws -> [String] {
        [
            try folder.tape("a.gz", lines: 120, seed: 3, stream: "stream-a"),
            try folder.tape("b.gz", lines: 150, seed: 4, stream: "stream-b"),
            try folder.tape("c.gz", lines: 90, seed: 5, stream: "stream-c"),
        ]
    }

    /// Lines as a merged tape gives them: segments unknown until the stream's next gap.
    private func unknownUntilGap(_ lines: [SeenLine]) -> [SeenLine] {
        var known: [String: Int64] = [:]
        return lines.map { line in
            var line = line
            line.segment = known[line.stream]
            if line.kind == .event, line.envelope.contains(#""gap""#) || line.envelope.contains(#""dropped""#) {
                known[line.stream] = line.sequence
            }
            return line
        }
    }

    @Test func aMergedTapePlaysAsItsTapesDo() throws {
        let folder = try Scratch()
        let paths = try tapes(folder)
        let expected = unknownUntilGap(Reading(paths).lines)
        let merged = folder.file("merged.gz")
        let summary = try TapeMerge.run(paths: paths, to: merged, writing: .init(memberSize: 1 << 10))
        #expect(summary.lines == 360)
        let reading = Reading([merged])
        #expect(reading.error == nil && reading.lines == expected)
        let reader = try TapeReader(paths: [merged])
        #expect(reader.streams.map(\.stream) == ["stream-a", "stream-b", "stream-c"])
        #expect(reader.streams.map(\.source) == Array(repeating: "wss://ws.finnhub.io/", count: 3))
        // Every line in gzip's eyes: a leading stream, then the line of its own tape.
        let text = try Scratch.zcat(merged).split(separator: "\n")
        #expect(text.count == 361 && text[0].contains(#""streams":[{"#))
        for (line, seen) in zip(text.dropFirst(), expected) {
            #expect(line == #"{"stream":"\#(seen.stream)","# + seen.envelope.dropFirst())
        }
        #expect(try TapeVerification.run(paths: [merged]).map(\.outcome) == [.clean])
        // Merging again, in one go or in two, with any number of threads, gives the same lines.
        let again = folder.file("again.gz")
        _ = try TapeMerge.run(
            paths: paths, to: again, reading: .init(workers: 1), writing: .init(memberSize: 1 << 10, workers: 1))
        #expect(try Scratch.bytes(again) == Scratch.bytes(merged))
    }

    @Test func windowsOfAMergedTapeEqualALinearScan() throws {
        let folder = try Scratch()
        let merged = folder.file("merged.gz")
        _ = try TapeMerge.run(paths: try tapes(folder), to: merged, writing: .init(memberSize: 1 << 10))
        let all = Reading([merged]).lines
        for line in stride(from: 0, to: all.count, by: 7).map({ all[$0] }) {
            for window in [
                TapeWindow(sequences: line.sequence..<line.sequence + 3),
                TapeWindow(receives: line.receive..<line.receive + 1_000_000_000),
            ] {
                var configuration = TapeReaderConfiguration(window: window, workers: 1)
                configuration.hopDistance = 0
                let found = Reading([merged], configuration).lines
                let expected = all.filter { window.contains(sequence: $0.sequence, receive: $0.receive) }
                #expect(found.map(\.envelope) == expected.map(\.envelope))
                // A segment may be unknown where the gap lies before the window, but it is never another.
                for (one, other) in zip(found, expected) { #expect(one.segment == nil || one.segment == other.segment) }
            }
        }
    }

    @Test func equalReceiveTimesGoByTheOrderOfTheCommandLine() throws {
        let folder = try Scratch()
        for (name, stream) in [("x.gz", "zzz"), ("y.gz", "aaa")] {
            let writer = try TapeWriter(path: folder.file(name), header: Scratch.header(stream: stream))
            for number in 1...20 as ClosedRange<Int64> {
                try writer.append(frame: Scratch.frame(number), sequence: number, receive: Scratch.start + number / 4)
            }
            _ = try writer.finish()
        }
        _ = try TapeMerge.run(paths: [folder.file("x.gz"), folder.file("y.gz")], to: folder.file("m.gz"))
        let lines = Reading([folder.file("m.gz")]).lines
        #expect(lines.count == 40)
        for (one, next) in zip(lines, lines.dropFirst()) {
            #expect(
                one.receive < next.receive
                    || one.receive == next.receive && (one.stream, -one.sequence) >= (next.stream, -next.sequence))
        }
    }

    @Test func partsOfOneStreamJoinToAnOrdinaryTape() throws {
        let folder = try Scratch()
        let whole = try folder.tape("t.gz", lines: 200)
        for (index, range) in [1..<60, 60..<140, 140..<1_000].enumerated() as EnumeratedSequence<[Range<Int64>]> {
            _ = try TapeCut.run(paths: [whole], window: .init(sequences: range), to: folder.file("p\(index).gz"))
        }
        _ = try TapeMerge.run(
            paths: [2, 0, 1].map { folder.file("p\($0).gz") }, to: folder.file("joined.gz"),
            writing: .init(memberSize: 1 << 10))
        #expect(try Scratch.bytes(folder.file("joined.gz")) == Scratch.bytes(whole))
    }

    @Test func theSameStreamTwiceIsRefused() throws {
        let folder = try Scratch()
        let paths = try tapes(folder)
        _ = try TapeMerge.run(paths: Array(paths[..<2]), to: folder.file("m.gz"))
        #expect(throws: TapeError.self) {
            try TapeMerge.run(paths: [folder.file("m.gz"), paths[0]], to: folder.file("n.gz"))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("n.gz")))
    }

    @Test func damageInAMergedTapeNeverGivesWrongLines() throws {
        let folder = try Scratch()
        let merged = folder.file("m.gz")
        _ = try TapeMerge.run(
            paths: [
                try folder.tape("a.gz", lines: 12, stream: "sa"),
                try folder.tape("b.gz", lines: 12, seed: 2, stream: "sb"),
            ], to: merged, writing: .init(memberSize: 1 << 10))
        let bytes = try Scratch.bytes(merged)
        let lines = Reading([merged]).lines
        for place in stride(from: 0, to: bytes.count, by: 3) {
            var damaged = bytes
            damaged[place] ^= 0x41
            let reading = Reading([try folder.write("t.gz", bytes: damaged)], .init(workers: 1))
            #expect(reading.lines == Array(lines.prefix(reading.lines.count)), "byte \(place)")
            #expect(reading.error != nil || place < 16, "byte \(place)")
        }
    }

    @Test func theIndexIsTheTableOfMembers() throws {
        let folder = try Scratch()
        let path = try folder.tape("t.gz", lines: 200)
        var entries: [TapeIndex.Entry] = []
        try TapeIndex.run(path: path) { entry in
            entries.append(entry)
            return true
        }
        let lines = Reading([path]).lines
        let size = try Scratch.bytes(path).count
        #expect(entries.first?.isHeader == true && entries.reduce(0) { $0 + $1.bytes } == size)
        #expect(entries.dropFirst().reduce(0) { $0 + $1.lines } == lines.count)
        var next = 0
        for entry in entries.dropFirst() {
            #expect(entry.sequences == lines[next].sequence...lines[next + entry.lines - 1].sequence)
            #expect(entry.receives == lines[next].receive...lines[next + entry.lines - 1].receive)
            #expect(entry.segment == lines[next].segment)
            next += entry.lines
        }
        let cut = try folder.write("cut.gz", bytes: Array(try Scratch.bytes(path).dropLast(5)))
        var seen = 0
        #expect(throws: TapeError.self) {
            try TapeIndex.run(path: cut) { _ in
                seen += 1
                return true
            }
        }
        #expect(seen == entries.count - 1)
    }

    @Test func aDifferenceIsFoundWhereItIs() throws {
        let folder = try Scratch()
        func tape(_ name: String, _ frames: [String], stream: String = "s") throws -> String {
            let writer = try TapeWriter(path: folder.file(name), header: Scratch.header(stream: stream))
            for (index, frame) in frames.enumerated() {
                let number = Int64(index) + 1
                try writer.append(frame: Array(frame.utf8), sequence: number, receive: Scratch.start + number)
            }
            _ = try writer.finish()
            return folder.file(name)
        }
        func frame(_ prices: String...) -> String {
            let trades = prices.map { #"{"p":\#($0),"s":"A","t":1723210200734,"v":1}"# }
            return #"{"data":[\#(trades.joined(separator: ","))],"type":"trade"}"#
        }
        let ping = #"{"type":"ping"}"#
        let a = try tape("a.gz", [frame("1", "2"), ping, frame("3")])
        let b = try tape("b.gz", [frame("1", "2"), ping, frame("3")], stream: "other")
        let c = try tape("c.gz", [frame("1"), frame("2"), frame("3")])
        let d = try tape("d.gz", [frame("1", "2"), ping, frame("3.0"), ping])
        #expect(try TapeDiff.run([a], [b]) == .init(leftCount: 3, rightCount: 3, first: nil))
        #expect(try TapeDiff.run([a], [c]).first?.position == 0)
        #expect(try TapeDiff.run([a], [c], by: .trades) == .init(leftCount: 3, rightCount: 3, first: nil))
        let result = try TapeDiff.run([a], [d], by: .trades)
        #expect(result.first?.position == 2 && result.first?.right?.sequence == 3)
        let longer = try TapeDiff.run([d], [a])
        #expect(longer.leftCount == 4 && longer.rightCount == 3 && longer.first?.position == 2)
        let prefix = try TapeDiff.run([try tape("e.gz", [frame("1", "2")])], [a])
        #expect(prefix.first?.position == 1 && prefix.first?.left == nil && prefix.rightCount == 3)
    }
}
