import Foundation

/// The tapes of one name in a folder.
struct TapeFolder: Sendable {
    /// A part's file.
    struct Part: Sendable, Equatable {
        var path: String
        var stream: String
        var part: Int
    }

    static let tapeSuffix = ".jsonl.gz"

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
}
