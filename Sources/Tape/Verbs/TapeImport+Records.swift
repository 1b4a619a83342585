extension TapeImport {
    /// Gives the records of one partition in order; nil at its end.
    public typealias RecordSource = () throws(TapeError) -> ImportRecord?

    /// Counts the records of each stream; those without one have an empty name.
    ///
    /// - Parameter partitions: the records of each partition; they are read to their ends.
    /// - Returns: the streams in the order of their ids.
    /// - Throws: what the sources throw.
    public static func streams(of partitions: [RecordSource]) throws(TapeError) -> [TapeInfo.Count] {
        // No stream has this id, so every record is another's.
        var merge = RecordMerge(partitions: partitions, stream: "|")
        while try merge.next() != nil {}
        return merge.others
    }

    /// Makes a tape of a topic's records: trades of one line become its frame again, and segments become gaps.
    ///
    /// Within a partition a stream's records stand in the stream's order, so merging the partitions by sequence number
    /// and index gives the stream back with one record of each partition in memory.
    ///
    /// - Parameters:
    ///   - partitions: the records of each partition.
    ///   - stream: the stream to be written; nil: the records that have no identity, numbered as they come.
    ///   - name: id of the stream of records without identity.
    ///   - source: what the header says of where they came from, without query.
    ///   - output: the new tape.
    ///   - writing: how it is written.
    /// - Returns: what was written, and what became of the records.
    /// - Throws: ``TapeError``; then there is no new tape.
    public static func run(
        partitions: [RecordSource], stream: String?, name: String = "import-kafka", source: String, to output: String,
        writing: TapeWriterConfiguration = .init()
    ) throws(TapeError) -> (tape: TapeSummary, counts: RecordCounts) {
        var merge = RecordMerge(partitions: partitions, stream: stream)
        var packer = RecordPacker()
        var writer: TapeWriter?
        func write(_ lines: [RecordPacker.Line]) throws(TapeError) {
            for line in lines {
                switch line {
                case .frame(let frame, let sequence, let receive):
                    try begin(receive)
                    try writer?.append(frame: frame, sequence: sequence, receive: receive)
                case .gap(let from, let sequence, let receive):
                    try begin(receive)
                    try writer?.append(
                        event: .gap(from: from, cause: "import"), sequence: sequence, receive: receive)
                }
            }
        }
        func begin(_ receive: Int64) throws(TapeError) {
            guard writer == nil else { return }
            writer = try TapeWriter(
                path: output,
                header: TapeHeader(
                    stream: stream ?? name, source: source, symbols: [], recorder: "import", receive: receive),
                configuration: writing)
        }
        while let record = try merge.next() { try write(packer.take(record)) }
        try write(packer.finish())
        guard let finished = writer.take() else {
            throw TapeError(
                .noRecords(of: stream, rejected: packer.counts.rejected, others: merge.others.map(\.name)), path: source
            )
        }
        var counts = packer.counts
        counts.others = merge.others
        return (try finished.finish(), counts)
    }
}
