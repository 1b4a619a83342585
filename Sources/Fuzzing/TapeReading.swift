import Tape

/// All that a reader gives of a file.
struct TapeReading: Equatable {
    /// A line, with the bytes it has in the tape.
    struct Line: Equatable {
        var stream: String
        var sequence: Int64
        var receive: Int64
        var isEvent: Bool
        var bytes: [UInt8]
    }

    private(set) var lines: [Line] = []
    /// Whether the lines stand behind a `stream` each.
    private(set) var isMerged = false
    /// What ended it; nil for a clean end.
    private(set) var error: TapeError?

    init(_ path: String, workers: Int, windowBytes: Int = 32 << 20) {
        do throws(TapeError) {
            let reader = try TapeReader(
                paths: [path], configuration: TapeReaderConfiguration(workers: workers, windowBytes: windowBytes))
            while let batch = try reader.next() {
                if batch.isMerged { isMerged = true }
                for line in batch.lines {
                    // What a line holds can be asked for, whatever it is.
                    _ = try? batch.message(line)
                    _ = try? batch.event(line)
                    lines.append(
                        Line(
                            stream: batch.header.stream, sequence: line.sequence, receive: line.receive,
                            isEvent: line.kind == .event, bytes: Array(batch.text[line.line])))
                }
            }
        } catch {
            self.error = error
        }
    }

    /// Every line is one of the text's, none is given twice, numbers and times run forwards.
    func check(against text: [UInt8]?) throws(FuzzFinding) {
        var last: [String: (sequence: Int64, receive: Int64)] = [:]
        for line in lines {
            let before = last[line.stream] ?? (0, 0)
            try promise(line.sequence > before.sequence, "seq \(line.sequence) comes after \(before.sequence)")
            try promise(line.receive >= before.receive, "receive \(line.receive) comes after \(before.receive)")
            last[line.stream] = (line.sequence, line.receive)
        }
        guard let text else { return }
        try promise(
            lines.reduce(0) { $0 + $1.bytes.count } <= text.count, "more bytes came out than were put in")
        for line in lines {
            // A merged line lost its `stream`, and has a brace of its own.
            let known = isMerged ? line.bytes.dropFirst() : line.bytes[...]
            try promise(text[...].first(of: Array(known)) != nil, "seq \(line.sequence) was not in the input")
        }
    }
}
