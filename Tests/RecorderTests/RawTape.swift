import Foundation
import TestSupport

@testable import Recorder

/// What a recorder left on the disk, read by GNU gzip and as plain text: nothing of the tape's own reader or recovery.
///
/// A write(2) that returned is in these files, whatever became of the process.
struct RawTape {
    /// Frames of whole lines by their sequence number.
    private(set) var frames: [Int: [UInt8]] = [:]
    /// All whole lines' sequence numbers.
    private(set) var sequences: Set<Int> = []
    /// Journals that end within a line.
    private(set) var tornLines = 0
    /// Lines that are there twice and differ.
    private(set) var conflicts = 0

    init(folder: String) throws {
        for name in try RecorderProcess.files(folder, ".jsonl.gz") {
            // A member that was being written may be torn: the journal still has its lines.
            add(try CommandRun.program("/bin/zcat", ["\(folder)/\(name)"]).output)
        }
        for name in try RecorderProcess.files(folder, ".jsonl.gz.open") {
            let text = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
            if text.last ?? 0x0A != 0x0A { tornLines += 1 }
            add(text)
        }
    }

    /// The frames in the order of their sequence numbers.
    var ordered: [[UInt8]] { frames.sorted { $0.key < $1.key }.map(\.value) }

    /// Whether no line between the first and the last is missing.
    var isGapless: Bool { sequences.count == (sequences.max() ?? 0) }

    private mutating func add(_ text: [UInt8]) {
        var rest = text[...]
        while let end = rest.firstIndex(of: 0x0A) {
            add(line: String(decoding: rest[..<end], as: UTF8.self))
            rest = rest[(end + 1)...]
        }
    }

    private mutating func add(line: String) {
        guard line.hasPrefix("{\"seq\":"), let sequence = Int(line.dropFirst(7).prefix { $0.isNumber }), sequence > 0
        else { return }
        sequences.insert(sequence)
        guard let start = line.range(of: ",\"frame\":")?.upperBound else { return }
        let frame = Array(line[start...].dropLast().utf8)
        if let other = frames.updateValue(frame, forKey: sequence), other != frame { conflicts += 1 }
    }

    /// Waits until a journal holds a frame of this number or a later one: what was sent need not have come yet.
    ///
    /// - Returns: false when a long time has passed without.
    static func wait(for number: Int, in folder: String) throws -> Bool {
        for _ in 0..<6000 {
            if try lastJournaled(in: folder) ?? 0 >= number { return true }
            usleep(10_000)
        }
        return false
    }

    /// The number of the last whole frame in a journal, as anyone can read it while the recorder runs; nil if none.
    static func lastJournaled(in folder: String) throws -> Int? {
        guard let name = try RecorderProcess.files(folder, ".jsonl.gz.open").last,
            let data = FileManager.default.contents(atPath: "\(folder)/\(name)"),
            let end = data.lastIndex(of: 0x0A)
        else { return nil }
        let start = data[..<end].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return NumberedFeed.number(of: [UInt8](data[start..<end]))
    }
}
