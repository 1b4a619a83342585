import TradeModel

/// The trades of a CSV file, one a row, in the file's order; plain or gzip.
///
/// Prices and volumes keep the text that they have in the file, where JSON allows it.
final class CSVTrades {
    /// A row.
    struct Row {
        var line: Int64
        var trade: Trade
        /// ns; nil where the file has none.
        var receive: Int64?
    }

    private let path: String
    private let text: ForeignText
    private let skipsBad: Bool
    private var columns: CSVColumns?
    private let preset: CSVPreset?
    private var places: [String: Int] = [:]
    private var piece: ForeignText.Piece?
    private var at = 0
    private var line: Int64 = 0
    private(set) var skipped: Int64 = 0
    private let tally = ReadingTally()
    private var decoder = FinnhubFrameDecoder()

    /// Bytes of the file taken in.
    var bytesRead: Int64 { tally.fileBytes }

    /// Opens a file; `-` is standard input.
    init(path: String, columns: CSVColumns?, preset: CSVPreset?, skipsBad: Bool) throws(TapeError) {
        self.path = path
        self.columns = columns
        self.preset = preset
        self.skipsBad = skipsBad
        let input = try InputFile(path: path)
        let head = try input.peek(2)
        text = ForeignText(input, isCompressed: head.elementsEqual([0x1F, 0x8B]), tally: tally)
        guard !text.isEmpty else { throw TapeError(.empty, path: path) }
    }

    /// Whether receive times come from the file; known once a row was asked for.
    var hasReceive: Bool { columns?.receive != nil }

    /// The next good row; nil at the end.
    func next() throws(TapeError) -> Row? {
        while let record = try record() {
            if record.isEmpty { continue }
            guard let fields = CSVText.fields(record[...]) else {
                try bad("its quotes do not pair")
                continue
            }
            if line == 1, try takesHeader(fields) { continue }
            do throws(Fault) { return try row(fields) } catch { try bad(error.detail) }
        }
        return nil
    }

    private struct Fault: Error { var detail: String }

    private func bad(_ detail: String) throws(TapeError) {
        guard skipsBad else { throw TapeError(.badLine(detail), path: path, line: line) }
        skipped += 1
    }

    /// Takes the names of the columns from the first row, if it holds them.
    private func takesHeader(_ fields: [String]) throws(TapeError) -> Bool {
        if columns == nil, let preset {
            columns = preset.columns(path: path, firstRow: fields)
            guard columns != nil else {
                throw TapeError(
                    .badSetting(
                        name: "preset", given: "\(preset.rawValue) for this file",
                        accepted:
                            "files as that source names and writes them (for Binance SYMBOL-trades-DATE.csv); use --columns"
                    ),
                    path: path)
            }
        }
        guard let columns else { return false }
        if !columns.hasHeader {
            // Some of Binance's files have a header all the same: its time is no number.
            if case .numbered(let number) = columns.time, number <= fields.count, Int64(fields[number - 1]) == nil {
                return true
            }
            return false
        }
        for (index, name) in fields.enumerated() { places[name] = index }
        for source in [
            columns.time, columns.symbol, columns.price, columns.volume, columns.conditions, columns.receive,
        ] {
            if case .named(let name) = source, places[name] == nil {
                throw TapeError(
                    .badSetting(
                        name: "columns", given: "'\(name)', which the file does not have",
                        accepted: "one of its columns: \(fields.joined(separator: ", "))"), path: path, line: 1)
            }
        }
        return true
    }

    private func row(_ fields: [String]) throws(Fault) -> Row {
        guard let columns else { throw Fault(detail: "there is no mapping of columns") }
        func value(_ source: CSVColumns.Source) throws(Fault) -> String {
            switch source {
            case .constant(let text): return text
            case .numbered(let number):
                guard number <= fields.count else { throw Fault(detail: "it has no column \(number)") }
                return fields[number - 1]
            case .named(let name):
                guard let place = places[name], place < fields.count else { throw Fault(detail: "it has no \(name)") }
                return fields[place]
            }
        }
        func time(_ source: CSVColumns.Source, _ unit: CSVColumns.Unit) throws(Fault) -> Int64 {
            let text = try value(source)
            guard let number = Int64(text), number >= 0 else {
                throw Fault(detail: "its time '\(text)' is no whole number")
            }
            let (time, over) = number.multipliedReportingOverflow(by: unit.nanoseconds)
            guard !over else { throw Fault(detail: "its time \(text) \(unit.rawValue) is beyond the year 2262") }
            return time
        }
        func number(_ source: CSVColumns.Source, _ name: String) throws(Fault) -> DecimalText {
            let text = try value(source)
            guard let decimal = Self.decimal(text) else { throw Fault(detail: "its \(name) '\(text)' is no number") }
            return decimal
        }
        let symbol = try value(columns.symbol)
        guard !symbol.isEmpty else { throw Fault(detail: "it has no symbol") }
        var conditions = SaleConditions.absent
        if let source = columns.conditions {
            let codes = try value(source).split { " ,;".contains($0) }.map(String.init)
            conditions = .codes(codes)
        }
        let nanoseconds = try time(columns.time, columns.timeUnit)
        let trade = Trade(
            symbol: symbol, price: try number(columns.price, "price"), volume: try number(columns.volume, "volume"),
            time: nanoseconds / 1_000_000, conditions: conditions)
        // What the decoder will not take back is no trade.
        var object: [UInt8] = []
        FinnhubFrameEncoder.append(trade: trade, to: &object)
        do throws(FrameError) { _ = try decoder.decodeTrade(object.span) } catch {
            throw Fault(detail: "it is no trade: \(error)")
        }
        var receive: Int64?
        if let source = columns.receive { receive = try time(source, columns.receiveUnit) }
        return Row(line: line, trade: trade, receive: receive)
    }

    /// A number as JSON writes it: `.5`, `+1` and `007` get the form that they lack.
    private static func decimal(_ text: String) -> DecimalText? {
        guard let value = Double(text), value.isFinite else { return nil }
        let bytes = Array(text.utf8)
        let isJSON = JSONSyntax.isValid(bytes.span, maximumDepth: 1)
        if isJSON { return DecimalText(text: text, value: value) }
        guard bytes.allSatisfy({ "+-.0123456789".utf8.contains($0) }) else { return nil }
        let isNegative = text.hasPrefix("-")
        var digits = text.drop { $0 == "-" || $0 == "+" }.drop { $0 == "0" }
        if digits.hasSuffix(".") { digits.removeLast() }
        let whole = digits.isEmpty || digits.hasPrefix(".") ? "0" + digits : String(digits)
        return DecimalText(text: isNegative ? "-" + whole : whole, value: value)
    }

    /// The next record without its end; quoted line ends belong to it.
    private func record() throws(TapeError) -> [UInt8]? {
        var record: [UInt8] = []
        var isQuoted = false
        while true {
            if piece == nil || at >= (piece?.text.count ?? 0) {
                piece = try text.next()
                at = 0
                guard piece != nil else { return record.isEmpty ? nil : record }
            }
            guard let bytes = piece?.text else { return nil }
            let end = LineScan.lineEnd(bytes, from: at) ?? bytes.count
            for index in at..<end where bytes[index] == 0x22 { isQuoted.toggle() }
            record += bytes[at..<end]
            at = end + 1
            line += 1
            if isQuoted, record.count < 1 << 20 {
                record.append(0x0A)
                continue
            }
            if record.last == 0x0D { record.removeLast() }
            if line == 1, record.starts(with: [0xEF, 0xBB, 0xBF]) { record.removeFirst(3) }
            return record
        }
    }
}
