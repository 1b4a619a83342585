import Foundation

/// Where a replay can go on after it was killed, and what it was.
///
/// Written aside, synced, renamed: a reader finds a whole one or none.
struct ReplayCheckpoint: Codable, Equatable {
    /// A stream of the tapes: another recording has another id or another start.
    struct Source: Codable, Equatable {
        var stream: String
        var receive: Int64
    }

    /// An option that says which records there are.
    struct Option: Codable, Equatable {
        var name: String
        var value: String
    }

    var schema = 1
    var sources: [Source]
    var topic: String
    var options: [Option]
    /// The constant that `--shift-to` came to.
    var shift: Int64 = 0
    /// The lap, from 1.
    var lap = 1
    /// All lines up to these are acknowledged, in this lap.
    var marks: [ReplayMark] = []
    /// The line behind them of which some trades are acknowledged, and how many: those with a smaller index.
    var partialLine: ReplayMark?
    var partialRecords: Int32 = 0
    /// Streams as published so far, for end markers.
    var streams: [ReplayMark] = []
    /// Records published behind this place at most, before the next checkpoint: they may come twice.
    var reserved = 0
    /// Records that may be twice in the topic because of earlier ends.
    var possibleDuplicates = 0
    /// Whether nothing is left to do.
    var isDone = false

    /// Reads a checkpoint; nil if there is none yet.
    ///
    /// - Throws: ``ReplayError/checkpoint(path:_:)`` for a file that is none.
    init?(path: String) throws(ReplayError) {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .checkpoint(path: path, "cannot be read: check its permissions")
        }
        guard let read = try? JSONDecoder().decode(ReplayCheckpoint.self, from: data), read.schema == 1 else {
            throw .checkpoint(path: path, "is none of this version: name another file, or remove it to start afresh")
        }
        self = read
    }

    init(sources: [Source], topic: String, options: [Option]) {
        self.sources = sources
        self.topic = topic
        self.options = options
    }

    /// Refuses a checkpoint of another replay, saying what differs.
    func check(isOf other: ReplayCheckpoint, path: String) throws(ReplayError) {
        func differs(_ what: String, _ here: String, _ now: String) -> ReplayError {
            .checkpoint(
                path: path, "is of \(what) \(here), now it is \(now): use what it was, or another checkpoint file")
        }
        func shown(_ sources: [Source]) -> String {
            sources.map { "\($0.stream) from \($0.receive)" }.joined(separator: ", ")
        }
        guard sources == other.sources else { throw differs("the tape", shown(sources), shown(other.sources)) }
        guard topic == other.topic else { throw differs("topic", topic, other.topic) }
        for option in options where !other.options.contains(option) {
            let now = other.options.first { $0.name == option.name }?.value ?? "not given"
            throw differs("--\(option.name)", option.value, now)
        }
        if let extra = other.options.first(where: { option in !options.contains { $0.name == option.name } }) {
            throw differs("--\(extra.name)", "not given", extra.value)
        }
    }

    /// Replaces the file.
    ///
    /// - Throws: ``ReplayError/checkpoint(path:_:)`` if it cannot be written.
    func write(to path: String) throws(ReplayError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let data = try? encoder.encode(self) else { throw .checkpoint(path: path, "cannot be encoded") }
        let aside = path + ".partial"
        let descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
        let written = data.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        let isSynced = written == data.count && fsync(descriptor) == 0
        let number = errno
        close(descriptor)
        guard isSynced, rename(aside, path) == 0 else {
            let number = isSynced ? errno : number
            unlink(aside)
            throw Self.failure(path, number)
        }
    }

    private static func failure(_ path: String, _ number: Int32) -> ReplayError {
        .checkpoint(path: path, "cannot be written: \(String(cString: strerror(number))): check folder and disk")
    }
}
