import Foundation
import Testing

@testable import Tape

@Suite struct FrameFidelityTests {
    static let cases: [(frame: [UInt8], kind: TapeLine.Kind)] = [
        (Array(#"{"a":1}"#.utf8), .frame),
        (Array(#" {"b":1e-7,"a":164.0,"a":2} "#.utf8), .frame),
        (Array("{\"a\":\"\u{2028}\u{2029}\u{85}\"}".utf8), .frame),
        (Array(#"{"a":"\ud800"}"#.utf8), .frame),
        (Array(#"{"seq":1,"receive":2,"frame":{}}"#.utf8), .frame),
        (Array(#""text","event":"gap""#.utf8), .text),
        (Array("{\"a\":\n1}".utf8), .text),
        (Array("{\"a\":1}\r".utf8), .text),
        (Array(String(repeating: "[", count: 64).utf8) + Array(String(repeating: "]", count: 64).utf8), .frame),
        (Array(String(repeating: "[", count: 65).utf8) + Array(String(repeating: "]", count: 65).utf8), .text),
        ([], .text),
        (Array("\u{0}\u{1f}\u{7f}\"\\/".utf8), .text),
        ([UInt8](0...255), .binary),
        ([0x22, 0xC0, 0x80, 0x22], .binary),
        ([0x22, 0xED, 0xA0, 0x80, 0x22], .binary),
        ([0x1F, 0x8B, 8, 4], .binary),
    ]

    @Test func everyFrameComesBackToTheByte() throws {
        let folder = try Scratch()
        let path = folder.file("t.gz")
        let writer = try TapeWriter(path: path, header: Scratch.header())
        for (index, item) in Self.cases.enumerated() {
            try writer.append(frame: item.frame, sequence: Int64(index + 1), receive: Scratch.start)
        }
        try writer.append(binary: [1, 2, 255], sequence: 1000, receive: Scratch.start)
        _ = try writer.finish()
        let reading = Reading([path])
        #expect(reading.error == nil)
        #expect(reading.lines.map(\.message) == Self.cases.map(\.frame) + [[1, 2, 255]])
        #expect(reading.lines.map(\.kind) == Self.cases.map(\.kind) + [.binary])
        #expect(reading.lines.last?.envelope.hasSuffix(#""binary":"AQL/"}"#) == true)
    }

    @Test func aFrameKnownToBeJSONMakesTheSameLine() throws {
        let numbers: [Int64] = [0, 1, 9, 10, 99, 100, 999_999_999_999_999_999, 1_000_000_000_000_000_000, .max]
        for (sequence, receive) in zip(numbers, numbers.reversed()) {
            var (known, looked): ([UInt8], [UInt8]) = ([], [])
            let frame = Scratch.frame(sequence % 1000)
            LineCoding.appendJSONFrame(frame.span, sequence: sequence, receive: receive, to: &known)
            LineCoding.appendTextFrame(frame.span, sequence: sequence, receive: receive, to: &looked)
            let text = String(decoding: frame, as: UTF8.self)
            #expect(known == Array("{\"seq\":\(sequence),\"receive\":\(receive),\"frame\":\(text)}".utf8))
            #expect(looked == known)
        }
    }

    @Test func capturingFramesKnownToBeJSONMakesTheSameTape() throws {
        let tapes = try [true, false].map { isPlainJSON in
            let folder = try Scratch()
            let capture = try TapeCapture(
                TapeCaptureConfiguration(folder: folder.path, memberSize: 1 << 10, minimumFree: 0),
                header: Scratch.header(), files: PosixFileSystem(), hasThread: false)
            var batch = CaptureBatch()
            for number in 1...100 as ClosedRange<Int64> {
                let receive = Scratch.start + number
                batch.append(frame: Scratch.frame(number).span, receive: receive, isPlainJSON: isPlainJSON)
                if number % 9 == 0 { batch.append(frame: Array("no JSON".utf8), receive: receive) }
                if number % 10 == 0 { batch.append(binary: [1, 2, 255].span, receive: receive) }
                if number % 7 == 0 { batch.append(event: .gap(from: receive - 1, cause: "test"), receive: receive) }
                guard number % 4 == 0 else { continue }
                #expect(try capture.append(batch).allSatisfy { $0.sequence != nil })
                batch.removeAll()
            }
            return try Scratch.bytes(try capture.finish(cause: "test", receive: Scratch.start + 100).path)
        }
        #expect(tapes[0] == tapes[1] && tapes[0].count > 1000)
    }

    @Test func randomBytesComeBackToTheByte() throws {
        let folder = try Scratch()
        let alphabet = Array("{}[]\",:\\u0a12 \n\r".utf8) + [0xC3, 0xA9, 0xE2, 0x80, 0xA8, 0xFF, 0, 0x1F, 0x8B]
        for seed in 1...40 as ClosedRange<UInt64> {
            var random = Seeded(seed)
            var frames: [[UInt8]] = []
            for _ in 0..<50 {
                let length = Int.random(in: 0...40, using: &random)
                frames.append(
                    (0..<length).map { _ in
                        Bool.random(using: &random)
                            ? alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                            : UInt8.random(in: 0...255, using: &random)
                    })
            }
            let path = folder.file("\(seed).gz")
            let writer = try TapeWriter(path: path, header: Scratch.header(), configuration: .init(workers: 1))
            for (index, frame) in frames.enumerated() {
                try writer.append(frame: frame, sequence: Int64(index + 1), receive: Scratch.start)
            }
            _ = try writer.finish()
            let reading = Reading([path])
            #expect(reading.lines.map(\.message) == frames, "seed \(seed)")
            // No line end inside a line, and no gzip signature in the text.
            let text = try Scratch.output(of: "zcat", [path]).text
            #expect(text.split(separator: 0x0A).count == frames.count + 1, "seed \(seed)")
            #expect(text.firstRange(of: Data([0x1F, 0x8B])) == nil, "seed \(seed)")
        }
    }

    @Test func aTextTooLongForAStringGoesToBase64() throws {
        let folder = try Scratch()
        let path = folder.file("t.gz")
        // Each control character takes six bytes in a JSON string, and 4/3 in base64.
        let frame = [UInt8](repeating: 1, count: 1 << 20)
        let writer = try TapeWriter(path: path, header: Scratch.header())
        try writer.append(frame: frame, sequence: 1, receive: Scratch.start)
        #expect(throws: TapeError(.lineTooLong(limit: 4 << 20), path: path, line: 3)) {
            try writer.append(frame: [UInt8](repeating: 1, count: 4 << 20), sequence: 2, receive: Scratch.start)
        }
        try writer.append(frame: [0x31], sequence: 3, receive: Scratch.start)
        _ = try writer.finish()
        let reading = Reading([path])
        #expect(reading.lines.map(\.kind) == [.binary, .frame])
        #expect(reading.lines.first?.message == frame)
        #expect(reading.lines.first?.envelope.hasSuffix(#"","opcode":"text"}"#) == true)
    }

    @Test func theLongestLineFits() throws {
        let folder = try Scratch()
        let path = folder.file("t.gz")
        let head = #"{"seq":1,"receive":\#(Scratch.start),"frame":}"#.utf8.count
        let frame = Array("\"\(String(repeating: "x", count: (4 << 20) - head - 2))\"".utf8)
        let writer = try TapeWriter(path: path, header: Scratch.header())
        try writer.append(frame: frame, sequence: 1, receive: Scratch.start)
        #expect(throws: TapeError.self) {
            try writer.append(frame: [0x20] + frame, sequence: 2, receive: Scratch.start)
        }
        _ = try writer.finish()
        #expect(Reading([path]).lines.map(\.message) == [frame])
        // As foreign text too.
        let plain = try folder.write("t.jsonl", try Scratch.zcat(path))
        #expect(Reading([plain]).lines.map(\.message) == [frame])
    }
}
