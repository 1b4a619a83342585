/// Lines that go to the journal with the next write, and what each of them stands for.
struct CaptureLines: Sendable {
    struct Line: Sendable {
        /// Place in the text behind its LF.
        var end: Int
        var sequence: Int64
        var receive: Int64
        var startsSegment: Bool
        var frameBytes: Int?
        /// Index of the batch's entry; nil for a line of our own.
        var entry: Int?
        /// What a `dropped` line of our own accounts for.
        var account: Account?
    }

    /// Frames lost, and their bytes.
    struct Account: Sendable {
        var frames: Int64
        var bytes: Int64
    }

    var text: [UInt8] = []
    private(set) var lines: [Line] = []

    var isEmpty: Bool { lines.isEmpty }

    /// Ends the line that the text holds behind the last one.
    mutating func end(
        sequence: Int64, receive: Int64, startsSegment: Bool = false, frameBytes: Int? = nil, entry: Int?,
        account: Account? = nil
    ) {
        text.append(0x0A)
        lines.append(
            Line(
                end: text.count, sequence: sequence, receive: receive, startsSegment: startsSegment,
                frameBytes: frameBytes, entry: entry, account: account))
    }

    /// Empties it and keeps its memory.
    mutating func removeAll() {
        text.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
    }
}
