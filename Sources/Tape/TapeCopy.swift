/// Writes what a reader gives into a new tape: the work behind cut and import.
enum TapeCopy {
    /// Copies every line of one stream.
    ///
    /// - Parameters:
    ///   - reader: gives the lines.
    ///   - output: the new tape.
    ///   - configuration: how it is written.
    ///   - progress: told the bytes read so far, now and then.
    /// - Returns: what was written.
    /// - Throws: ``TapeError`` of the source or the disk; then there is no new tape.
    static func run(
        _ reader: TapeReader, to output: String, configuration: TapeWriterConfiguration,
        progress: (Int64) -> Void
    ) throws(TapeError) -> TapeSummary {
        guard reader.streams.count == 1, let header = reader.streams.first else {
            throw TapeError(.severalStreams(reader.streams.map(\.stream)), path: "")
        }
        guard var batch = try reader.next() else {
            return try finish(writer(to: output, header, nil, configuration, segment: 0), reader)
        }
        // The first batch with lines knows the segment; the header line comes first, perhaps without lines.
        let line = batch.headerLine
        while batch.lines.isEmpty, let next = try reader.next() { batch = next }
        let segment = batch.lines.first?.segment ?? 0
        let writer = try writer(to: output, header, line, configuration, segment: segment)
        while true {
            for line in batch.lines {
                do throws(TapeError) { try writer.append(line, of: batch) } catch {
                    throw error.isBadLine ? TapeError(error.code, path: batch.path) : error
                }
            }
            progress(reader.bytesRead)
            guard let next = try reader.next() else { break }
            batch = next
        }
        return try finish(writer, reader)
    }

    private static func writer(
        to output: String, _ header: TapeHeader, _ line: [UInt8]?, _ configuration: TapeWriterConfiguration,
        segment: Int64
    ) throws(TapeError) -> TapeWriter {
        if let line {
            return try TapeWriter(
                path: output, header: header, line: line, configuration: configuration, segment: segment)
        }
        return try TapeWriter(path: output, header: header, configuration: configuration, segment: segment)
    }

    private static func finish(_ writer: TapeWriter, _ reader: TapeReader) throws(TapeError) -> TapeSummary {
        var summary = try writer.finish()
        summary.skipped = reader.skippedLines
        return summary
    }
}
