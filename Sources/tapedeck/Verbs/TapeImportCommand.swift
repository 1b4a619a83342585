import Tape

/// `tapedeck tape import`: files of frames or trades as a tape.
enum TapeImportCommand {
    static let columns = CommandOption(
        "columns", .csvColumns, help: "the files are CSV; which columns hold time, symbol, price and volume")
    static let preset = CommandOption(
        "preset", .choice("SOURCE") as ValueKind<CSVPreset>, help: "the files are CSV as this source writes it")

    static let command = Command(
        name: "tape import", summary: "make a tape of files that hold Finnhub frames, one a line, or trades as CSV",
        argumentUsage: "FILE...", argumentCount: TapeOptions.argumentCount,
        argumentsAccepted: "one or more files of one stream, '-' for standard input",
        notes: [
            "Takes plain or gzip files of bare frames, of {\"receive\":NS,\"frame\":FRAME} or NS FRAME lines, or of a tape's own"
                + " envelopes. Frames stay to the byte. Bare frames get the line's number as sequence number and the largest"
                + " trade time so far as receive time; reports then say \"receive\":\"trade-time\".",
            "CSV: --columns t=TIME:UNIT,s=SYMBOL,p=PRICE,v=VOLUME, if there are any with c=CONDITIONS and r=RECEIVE:UNIT."
                + " A value is a column's name, #N for the N-th column of a file without header, or 'TEXT' for the same in"
                + " each row; UNIT is s, ms, us or ns. Each row becomes a frame of one trade.",
        ],
        examples: [
            "tapedeck tape import frames.jsonl.gz -o session.jsonl.gz", "tapedeck tape import - -o session.jsonl.gz",
            "tapedeck tape import --columns t=timestamp:us,s=symbol,p=price,v=amount trades.csv.gz -o session.jsonl.gz",
            "tapedeck tape import --preset binance BTCUSDT-trades-2024-08-09.csv -o session.jsonl.gz",
        ],
        options: [
            TapeOptions.output.spec, columns.spec, preset.spec, TapeOptions.stream.spec, TapeOptions.skipBad.spec,
            TapeOptions.overwrite.spec,
        ],
        run: run)

    private static func run(_ context: CommandContext) throws -> ExitCode {
        let settings = context.settings
        let path = try settings.required(TapeOptions.output)
        let mapping = settings.value(columns)
        let preset = settings.value(preset)
        if mapping != nil, preset != nil { throw UsageError.conflict("--columns", "--preset") }
        let reading = TapeReaderConfiguration(
            skipsBadLines: settings[TapeOptions.skipBad], stream: settings.value(TapeOptions.stream))
        let writing = TapeWriterConfiguration(overwrites: settings[TapeOptions.overwrite])
        let progress = TapeOptions.progress("tape import", of: settings.arguments, context)
        let summary = try TapeOptions.writing(path, context) {
            if mapping != nil || preset != nil {
                return try TapeImport.run(
                    csv: settings.arguments, columns: mapping, preset: preset, to: path, reading: reading,
                    writing: writing, progress: progress)
            }
            return try TapeImport.run(
                paths: settings.arguments, to: path, reading: reading, writing: writing, progress: progress)
        }
        try TapeSummaryText.print(summary, context)
        return summary.skipped > 0 ? .loss : .done
    }
}

extension ValueKind where Value == CSVColumns {
    /// A mapping of columns.
    static let csvColumns = Self(
        "MAP",
        accepted: "t=COLUMN:UNIT,s=COLUMN,p=COLUMN,v=COLUMN, each once, also c= and r=...:UNIT, units s, ms, us, ns"
    ) { CSVColumns($0) }
}
