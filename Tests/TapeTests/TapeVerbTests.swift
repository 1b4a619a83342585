import Foundation
import JSONText
import Testing

@testable import Tape

@Suite struct TapeVerbTests {
    private func cat(_ paths: [String], _ form: TapeCat.Form, _ reading: TapeReaderConfiguration = .init()) throws -> (
        String, TapeCat.Summary
    ) {
        var text: [UInt8] = []
        let summary = try TapeCat.run(paths: paths, as: form, reading: reading) {
            text += $0
            return true
        }
        return (String(decoding: text, as: UTF8.self), summary)
    }

    @Test func catPrintsWhatZcatPrints() throws {
        let folder = try Scratch()
        let path = try folder.tape("t.gz", lines: 700)
        let (text, summary) = try cat([path], .lines)
        #expect(try text == Scratch.zcat(path))
        #expect(summary == .init(printed: 701))
        // A window keeps the header.
        let (part, _) = try cat([path], .lines, .init(window: .init(sequences: 10..<12)))
        #expect(part.split(separator: "\n") == [0, 10, 11].map { text.split(separator: "\n")[$0] })
        // What cat prints is a tape in text.
        let plain = try folder.write("t.jsonl", text)
        #expect(try cat([plain], .lines).0 == text)
        #expect(Reading([plain]).lines == Reading([path]).lines)
    }

    @Test func catPrintsFramesAndCountsWhatItLeavesOut() throws {
        let folder = try Scratch()
        let path = try folder.tape("t.gz", lines: 700)
        let lines = Reading([path]).lines
        let (text, summary) = try cat([path], .frames)
        let frames = lines.filter { $0.kind == .frame }
        #expect(text == frames.map { String(decoding: $0.message, as: UTF8.self) + "\n" }.joined())
        #expect(summary == .init(printed: Int64(frames.count), leftOut: Int64(700 - frames.count)))
        // Bare frames as lines stand in the envelope that a tape has for them.
        let bare = try folder.write("bare.jsonl", text)
        #expect(try cat([bare], .lines).0 == Reading([bare]).lines.map { $0.envelope + "\n" }.joined())
        #expect(try cat([bare], .frames).0 == text)
    }

    @Test func catPrintsEverythingBeforeADamage() throws {
        let folder = try Scratch()
        let path = try folder.tape("t.gz", lines: 700)
        let bytes = try Scratch.bytes(path)
        try folder.write("cut.gz", bytes: Array(bytes[..<(bytes.count / 2)]))
        var text: [UInt8] = []
        let error = #expect(throws: TapeError.self) {
            try TapeCat.run(paths: [folder.file("cut.gz")], as: .lines) {
                text += $0
                return true
            }
        }
        #expect(error?.code == .truncated)
        #expect(try Scratch.zcat(path).hasPrefix(String(decoding: text, as: UTF8.self)))
        #expect(text.count > 10_000)
    }

    @Test func catStopsWhenNobodyReads() throws {
        let folder = try Scratch()
        let path = try folder.tape("t.gz", lines: 700)
        var calls = 0
        #expect(throws: TapeError(.outputClosed, path: "")) {
            try TapeCat.run(paths: [path], as: .lines) { _ in
                calls += 1
                return false
            }
        }
        #expect(calls == 1)
    }

    @Test func linesOfSeveralStreamsAreNotMixed() throws {
        let folder = try Scratch()
        let a = try folder.tape("a.gz", lines: 5, stream: "a")
        let b = try folder.tape("b.gz", lines: 5, stream: "b")
        let several = TapeError(.severalStreams(["a", "b"]), path: "")
        #expect(throws: several) { try cat([a, b], .lines) }
        #expect(throws: several) { try TapeInfo.read(paths: [a, b]) }
        #expect(throws: several) { try TapeImport.run(paths: [a, b], to: folder.file("c.gz")) }
        #expect(try cat([a, b], .frames).1.printed > 0)
    }

    @Test func infoCountsWhatIsThere() throws {
        let folder = try Scratch()
        let path = folder.file("t.gz")
        let writer = try TapeWriter(path: path, header: Scratch.header())
        let start = Scratch.start
        try writer.append(event: .connected(attempt: 1), sequence: 1, receive: start)
        try writer.append(frame: Scratch.frame(1), sequence: 2, receive: start)
        try writer.append(
            frame: Array(
                #"{"data":[{"p":1,"s":"B","t":1723210200000,"v":1},{"p":"x","s":"B","t":1,"v":1}],"type":"trade"}"#.utf8
            ),
            sequence: 3, receive: start + 1)
        try writer.append(event: .gap(from: start + 1, cause: "network"), sequence: 4, receive: start + 5)
        try writer.append(event: .resumed(length: 4), sequence: 5, receive: start + 9)
        try writer.append(event: .gap(from: start + 10, cause: "stall"), sequence: 6, receive: start + 10)
        try writer.append(frame: Array("oops".utf8), sequence: 7, receive: start + 11)
        try writer.append(binary: [0], sequence: 8, receive: start + 11)
        try writer.append(frame: Array("[]".utf8), sequence: 9, receive: start + 11)
        try writer.append(event: .dropped(frames: 3, bytes: 9, cause: "queue"), sequence: 10, receive: start + 12)
        try writer.append(event: .closed(cause: "signal"), sequence: 11, receive: start + 13)
        let summary = try writer.finish()
        let info = try TapeInfo.read(paths: [path])
        #expect(info.fault == nil)
        #expect(info.lines == 11 && info.frames == 3 && info.texts == 1 && info.binaries == 1)
        #expect(info.trades == 2 && info.rejectedTrades == 1 && info.undecodableFrames == 1)
        #expect(info.symbols == [.init(name: "AAPL", count: 1), .init(name: "B", count: 1)])
        #expect(info.events.map(\.name) == ["closed", "connected", "dropped", "gap", "resumed"])
        #expect(info.events.map(\.count) == [1, 1, 1, 2, 1])
        #expect(
            info.gaps == [
                .init(sequence: 4, from: start + 1, until: start + 9, cause: "network"),
                .init(sequence: 6, from: start + 10, until: nil, cause: "stall"),
            ])
        #expect(info.droppedFrames == 3 && info.isClosed)
        #expect(info.sequences == 1...11 && info.receives == start...start + 13)
        #expect(info.tradeTimes == 1_723_210_200_000...1_723_210_200_001)
        #expect(info.members == 2 && info.members == summary.members)
        #expect(info.fileBytes == summary.fileBytes && info.textBytes == summary.textBytes)
        #expect(info.textBytes == Int64(try Scratch.zcat(path).utf8.count))
        let json = info.json.canonical
        #expect(json.contains(#""firstReceive":"1723210200000000000""#))
        #expect(json.contains(#""symbols":[{"symbol":"AAPL","trades":1},{"symbol":"B","trades":1}]"#))
        #expect(info.rows.contains { $0 == ("first receive", "2024-08-09T13:30:00.000000000Z") })
    }

    @Test func infoTellsWhatItCouldReadOfADamagedTape() throws {
        let folder = try Scratch()
        let path = try folder.tape("t.gz", lines: 700)
        let bytes = try Scratch.bytes(path)
        try folder.write("cut.gz", bytes: Array(bytes[..<(bytes.count / 2)]))
        let info = try TapeInfo.read(paths: [folder.file("cut.gz")])
        #expect(info.fault?.code == .truncated)
        #expect(info.lines > 100 && info.lines < 700)
        #expect(!info.isClosed)
    }

    @Test func timesAreWrittenInUTC() {
        #expect(TapeTime.text(0) == "1970-01-01T00:00:00.000000000Z")
        #expect(TapeTime.text(-1) == "1969-12-31T23:59:59.999999999Z")
        #expect(TapeTime.text(1_709_164_800_000_000_001) == "2024-02-29T00:00:00.000000001Z")
        #expect(TapeTime.text(4_102_444_799_999_999_999) == "2099-12-31T23:59:59.999999999Z")
        #expect(TapeTime.text(.max) == "2262-04-11T23:47:16.854775807Z")
        #expect(TapeTime.text(.min) == "1677-09-21T00:12:43.145224192Z")
        #expect(TapeTime.span(3_723_004_000_000) == "1:02:03.004")
    }
}
