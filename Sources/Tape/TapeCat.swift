/// `tape cat`: the lines of tapes as text.
public enum TapeCat {
    /// What is printed of each line.
    public enum Form: String, Sendable, CaseIterable {
        /// The line as it stands in the file, headers included.
        case lines
        /// The frames that are JSON, verbatim, one a line.
        case frames
    }

    /// What was printed.
    public struct Summary: Sendable, Equatable {
        /// Lines printed.
        public var printed: Int64 = 0
        /// Lines that have no place in this form: events, and frames that are no JSON.
        public var leftOut: Int64 = 0
        /// Bad lines of the source that were left out.
        public var skipped: Int64 = 0
    }

    /// Prints.
    ///
    /// - Parameters:
    ///   - paths: the tapes; of one stream, unless frames are asked for.
    ///   - form: what is printed.
    ///   - reading: window, threads.
    ///   - write: takes pieces of text, each ending in LF; false when nobody reads on.
    /// - Returns: what was printed.
    /// - Throws: ``TapeError`` of the source, after everything before the fault was printed, or `outputClosed`.
    public static func run(
        paths: [String], as form: Form, reading: TapeReaderConfiguration = .init(),
        write: (ArraySlice<UInt8>) -> Bool
    ) throws(TapeError) -> Summary {
        let reader = try TapeReader(paths: paths, configuration: reading)
        guard form == .frames || reader.streams.count == 1 else {
            throw TapeError(.severalStreams(reader.streams.map(\.stream)), path: "")
        }
        var summary = Summary()
        func put(_ text: ArraySlice<UInt8>) throws(TapeError) {
            guard text.isEmpty || write(text) else { throw TapeError(.outputClosed, path: "") }
        }
        var out: [UInt8] = []
        while let batch = try reader.next() {
            out.removeAll(keepingCapacity: true)
            if form == .lines, let header = batch.headerLine {
                out += header
                out.append(0x0A)
                summary.printed += 1
            }
            if form == .lines, batch.isContiguous, let first = batch.lines.first, let last = batch.lines.last {
                try put(out[...])
                try put(batch.text[first.line.lowerBound...last.line.upperBound])
                summary.printed += Int64(batch.lines.count)
                continue
            }
            for line in batch.lines {
                guard form == .lines || line.kind == .frame else {
                    summary.leftOut += 1
                    continue
                }
                out += batch.text[form == .lines ? line.line : line.body]
                out.append(0x0A)
                summary.printed += 1
            }
            try put(out[...])
        }
        summary.skipped = reader.skippedLines
        return summary
    }
}
