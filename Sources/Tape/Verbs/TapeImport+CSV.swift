import TradeModel

extension TapeImport {
    /// Imports trades from CSV files: each row becomes a frame of one trade, as Finnhub would send it.
    ///
    /// The sequence number is the row's number over all files, header rows not counted; without a column for it the
    /// receive time is the largest trade time so far.
    ///
    /// - Parameters:
    ///   - paths: the files, plain or gzip, in the order in which they follow; `-` is standard input.
    ///   - columns: which columns are what; nil with a preset.
    ///   - preset: a well-known source's mapping.
    ///   - output: the new tape.
    ///   - reading: stream id, and whether bad rows are left out.
    ///   - writing: how the new tape is written.
    ///   - progress: told the bytes read so far, now and then.
    /// - Returns: what was written; `skipped` counts the rows left out.
    /// - Throws: ``TapeError`` naming file and line; then there is no new tape.
    public static func run(
        csv paths: [String], columns: CSVColumns?, preset: CSVPreset?, to output: String,
        reading: TapeReaderConfiguration = .init(), writing: TapeWriterConfiguration = .init(),
        progress: (Int64) -> Void = { _ in }
    ) throws(TapeError) -> TapeSummary {
        try reading.validate()
        var writer: TapeWriter?
        var sequence: Int64 = 0
        var latest: Int64 = 0
        var skipped: Int64 = 0
        var bytes: Int64 = 0
        var frame: [UInt8] = []
        for path in paths {
            let rows = try CSVTrades(path: path, columns: columns, preset: preset, skipsBad: reading.skipsBadLines)
            while let row = try rows.next() {
                let receive = row.receive ?? row.trade.time * 1_000_000
                if row.receive != nil, receive < latest {
                    let error = TapeError(
                        .disorder("receive \(receive) is before \(latest), that of a row above"), path: path,
                        line: row.line)
                    guard reading.skipsBadLines else { throw error }
                    skipped += 1
                    continue
                }
                latest = max(latest, receive)
                sequence += 1
                frame.removeAll(keepingCapacity: true)
                FinnhubFrameEncoder.append(frame: [row.trade], to: &frame)
                if writer == nil {
                    let header = TapeHeader(
                        stream: reading.stream ?? "csv-\(name(of: row, in: path))", source: "import", symbols: [],
                        recorder: "import", receive: latest, clock: rows.hasReceive ? .recorder : .tradeTime)
                    writer = try TapeWriter(path: output, header: header, configuration: writing)
                }
                try writer?.append(frame: frame, sequence: sequence, receive: latest)
                if sequence % 1_024 == 0 { progress(bytes + rows.bytesRead) }
            }
            bytes += rows.bytesRead
            skipped += rows.skipped
        }
        guard let finished = writer.take() else {
            throw TapeError(.badLine("there is no trade in it"), path: paths.last ?? "")
        }
        var summary = try finished.finish()
        summary.skipped = skipped
        return summary
    }

    /// An id for what has none: of the first row and the file's name, without its folder.
    private static func name(of row: CSVTrades.Row, in path: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var seed = Array((path.split(separator: "/").last ?? "").utf8)
        FinnhubFrameEncoder.append(trade: row.trade, to: &seed)
        for byte in seed { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
