/// `tape merge`: parts of one stream joined, or several streams in one tape.
///
/// Parts join by sequence number into an ordinary tape. Different streams interleave by receive time, then by the order
/// in which they were named, then by sequence number; every frame of every stream stays, so two recorders of one feed
/// hold each trade twice.
public enum TapeMerge {
    /// Merges.
    ///
    /// - Parameters:
    ///   - paths: the tapes.
    ///   - output: the new tape.
    ///   - reading: threads, memory, how files that are no tapes are read.
    ///   - writing: how the new tape is written.
    ///   - progress: told the bytes read so far, now and then.
    /// - Returns: what was written.
    /// - Throws: ``TapeError``; then there is no new tape.
    public static func run(
        paths: [String], to output: String, reading: TapeReaderConfiguration = .init(),
        writing: TapeWriterConfiguration = .init(), progress: (Int64) -> Void = { _ in }
    ) throws(TapeError) -> TapeSummary {
        let reader = try TapeReader(paths: paths, configuration: reading)
        guard reader.streams.count > 1 else {
            return try TapeCopy.run(reader, to: output, configuration: writing, progress: progress)
        }
        let names = reader.streams.map(\.stream)
        if let twice = names.indices.first(where: { names[..<$0].contains(names[$0]) }) {
            throw TapeError(.overlap(other: "another of the files"), path: names[twice])
        }
        let writer = try TapeWriter(path: output, header: header(of: reader.streams), configuration: writing)
        while let batch = try reader.next() {
            for line in batch.lines { try writer.append(merged: line, of: batch) }
            progress(reader.bytesRead)
        }
        var summary = try writer.finish()
        summary.skipped = reader.skippedLines
        return summary
    }

    /// The header of a merged tape; its id derives from those of its streams.
    static func header(of streams: [TapeHeader]) -> TapeHeader {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var symbols: [String] = []
        for header in streams {
            for byte in Array(header.stream.utf8) + [0] { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            for symbol in header.symbols where !symbols.contains(symbol) { symbols.append(symbol) }
        }
        let digits = String(hash, radix: 16)
        return TapeHeader(
            stream: "merge-" + String(repeating: "0", count: 16 - digits.count) + digits, source: "merge",
            symbols: symbols, recorder: "merge", receive: streams.map(\.receive).min() ?? 0, streams: streams)
    }
}
