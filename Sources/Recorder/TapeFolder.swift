import Foundation
import Tape

/// The tapes of one name in a folder.
struct TapeFolder: Sendable {
    /// A part's file.
    struct Part: Sendable, Equatable {
        var path: String
        var stream: String
        var part: Int
    }

    static let tapeSuffix = ".jsonl.gz"
    static let journalSuffix = ".open"

    let folder: String
    let name: String

    /// All parts, oldest first: name order is time order.
    func parts() -> [Part] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(Self.tapeSuffix) }.sorted().compactMap { file in
            let fields = file.dropLast(Self.tapeSuffix.count).split(separator: "_", omittingEmptySubsequences: false)
            guard fields.count == 3, fields[0] == name, let part = Int(fields[2]) else { return nil }
            return Part(path: "\(folder)/\(file)", stream: String(fields[1]), part: part)
        }
    }

    /// Streams whose parts are there, oldest first.
    func streams() -> [String] {
        var streams: [String] = []
        for part in parts() where streams.last != part.stream { streams.append(part.stream) }
        return streams
    }

    /// Size of a file, in bytes; 0 if it is gone.
    static func size(of path: String) -> Int64 {
        let size = try? FileManager.default.attributesOfItem(atPath: path)[.size]
        return (size as? NSNumber)?.int64Value ?? 0
    }

    /// Where a stream ends: its last line, found without reading the whole.
    func end(of stream: String) -> TapeEvent.Previous? {
        for part in parts().reversed() where part.stream == stream {
            var (low, high): (Int64, Int64) = (1, 1 << 40)
            // Each look finds its member by bisection and inflates no other.
            while high - low > 256 {
                let middle = low + (high - low) / 2
                if Self.firstLine(of: part.path, from: middle) == nil { high = middle } else { low = middle }
            }
            if let line = Self.lastLine(of: part.path, from: low) {
                return TapeEvent.Previous(stream: stream, sequence: line.sequence, receive: line.receive)
            }
        }
        return nil
    }

    private static func reader(of path: String, from sequence: Int64) -> TapeReader? {
        let window = TapeWindow(sequences: sequence..<Int64.max)
        return try? TapeReader(
            paths: [path], configuration: TapeReaderConfiguration(window: window, workers: 1, windowBytes: 1 << 16))
    }

    private static func firstLine(of path: String, from sequence: Int64) -> TapeLine? {
        guard let reader = reader(of: path, from: sequence) else { return nil }
        while let batch = try? reader.next() {
            if let line = batch.lines.first { return line }
        }
        return nil
    }

    private static func lastLine(of path: String, from sequence: Int64) -> TapeLine? {
        guard let reader = reader(of: path, from: sequence) else { return nil }
        var last: TapeLine?
        while let batch = try? reader.next() { last = batch.lines.last ?? last }
        return last
    }
}
