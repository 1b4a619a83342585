import Foundation
import Tape

/// A generator that gives the same numbers for the same seed (SplitMix64).
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// A line as a test sees it, independent of how it was batched.
struct SeenLine: Equatable {
    var stream: String
    var sequence: Int64
    var receive: Int64
    var kind: TapeLine.Kind
    var segment: Int64?
    var envelope: String
    var message: [UInt8]
}

/// Everything a reader gives, and what ended it.
struct Reading {
    var lines: [SeenLine] = []
    var headers: [String] = []
    var error: TapeError?

    init(_ paths: [String], _ configuration: TapeReaderConfiguration = .init(workers: 2)) {
        do throws(TapeError) {
            let reader = try TapeReader(paths: paths, configuration: configuration)
            while let batch = try reader.next() {
                if let line = batch.headerLine { headers.append(String(decoding: line, as: UTF8.self)) }
                for line in batch.lines {
                    var text: [UInt8] = []
                    batch.appendEnvelope(of: line, to: &text)
                    lines.append(
                        SeenLine(
                            stream: batch.header.stream, sequence: line.sequence, receive: line.receive,
                            kind: line.kind, segment: line.segment, envelope: String(decoding: text, as: UTF8.self),
                            message: try batch.message(line)))
                }
            }
        } catch {
            self.error = error
        }
    }
}

extension Scratch {
    static let start: Int64 = 1_723_210_200_000_000_000

    static func header(stream: String = "20240809T133000Z-7f3a", part: Int = 1) -> TapeHeader {
        TapeHeader(
            stream: stream, source: "wss://ws.finnhub.io/", symbols: ["AAPL"], recorder: "test", part: part,
            receive: start)
    }

    static func frame(_ number: Int64) -> [UInt8] {
        Array(
            #"{"data":[{"c":["1","12"],"p":\#(160 + number % 7).25,"s":"AAPL","t":\#(1_723_210_200_000 + number),"v":\#(number % 100)}],"type":"trade"}"#
                .utf8)
    }

    /// A tape of frames with gaps, drops and other events strewn in; equal seeds give equal tapes.
    @discardableResult
    func tape(
        _ name: String, lines: Int64, seed: UInt64 = 1, stream: String = "20240809T133000Z-7f3a",
        configuration: TapeWriterConfiguration = .init(memberSize: 1 << 10, workers: 2)
    ) throws -> String {
        var random = Seeded(seed)
        let path = file(name)
        let writer = try TapeWriter(path: path, header: Self.header(stream: stream), configuration: configuration)
        var receive = Self.start
        for number in 1...lines {
            // Equal receive times occur, and so do long silences.
            receive += [0, 0, 1, 1_000_000, 300_000_000, 70_000_000_000][Int.random(in: 0..<6, using: &random)]
            switch Int.random(in: 0..<25, using: &random) {
            case 0:
                try writer.append(event: .gap(from: receive, cause: "test"), sequence: number, receive: receive)
            case 1:
                try writer.append(
                    event: .dropped(frames: 2, bytes: 100, cause: "test"), sequence: number, receive: receive)
            case 2: try writer.append(event: .resumed(length: 5), sequence: number, receive: receive)
            case 3: try writer.append(frame: Array("not JSON".utf8), sequence: number, receive: receive)
            default: try writer.append(frame: Self.frame(number), sequence: number, receive: receive)
            }
        }
        _ = try writer.finish()
        return path
    }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try write(name, bytes: Array(text.utf8))
    }

    @discardableResult
    func write(_ name: String, bytes: [UInt8]) throws -> String {
        let path = file(name)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }
}
