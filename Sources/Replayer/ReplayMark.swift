/// How far a stream of a tape has been played: all lines up to this sequence number.
struct ReplayMark: Sendable, Hashable, Codable {
    var stream: String
    var sequence: Int64
}

extension [ReplayMark] {
    /// Moves a stream's mark; streams are few, and mostly it is the last one.
    mutating func move(_ stream: String, to sequence: Int64) {
        if let last, last.stream == stream {
            self[count - 1].sequence = sequence
        } else if let index = firstIndex(where: { $0.stream == stream }) {
            self[index].sequence = sequence
        } else {
            append(ReplayMark(stream: stream, sequence: sequence))
        }
    }

    /// Whether a line has been played.
    func covers(_ stream: String, _ sequence: Int64) -> Bool {
        first { $0.stream == stream }.map { sequence <= $0.sequence } ?? false
    }
}
