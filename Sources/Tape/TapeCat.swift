/// `tape cat`: the lines of tapes as text.
public enum TapeCat {
    /// What is printed of each line.
    public typealias Form = TapePrinter.Form

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
        let isMerged = reader.streams.count > 1 && paths.count == 1
        guard form != .lines || reader.streams.count == 1 || isMerged else {
            throw TapeError(.severalStreams(reader.streams.map(\.stream)), path: "")
        }
        var printer = TapePrinter(form)
        var out: [UInt8] = []
        func put() throws(TapeError) {
            guard out.isEmpty || write(out[...]) else { throw TapeError(.outputClosed, path: "") }
            out.removeAll(keepingCapacity: true)
        }
        while let batch = try reader.next() {
            printer.append(batch, to: &out)
            try put()
        }
        printer.finish(to: &out)
        try put()
        return Summary(printed: printer.printed, leftOut: printer.leftOut, skipped: reader.skippedLines)
    }
}
