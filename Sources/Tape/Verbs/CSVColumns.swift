/// Which columns of a CSV file are what.
public struct CSVColumns: Sendable, Equatable {
    /// Unit of a time; always named, never guessed.
    public enum Unit: String, Sendable, CaseIterable {
        /// Seconds.
        case s
        /// Milliseconds.
        case ms
        /// Microseconds.
        case us
        /// Nanoseconds.
        case ns

        /// Nanoseconds in one.
        var nanoseconds: Int64 {
            switch self {
            case .s: 1_000_000_000
            case .ms: 1_000_000
            case .us: 1_000
            case .ns: 1
            }
        }
    }

    /// Where a value comes from.
    public enum Source: Sendable, Equatable {
        /// The column of this name.
        case named(String)
        /// The column of this number, from 1: for files without a header.
        case numbered(Int)
        /// The same for every row.
        case constant(String)
    }

    /// Trade time.
    public var time: Source
    /// Its unit.
    public var timeUnit: Unit
    /// Symbol.
    public var symbol: Source
    /// Price.
    public var price: Source
    /// Volume.
    public var volume: Source
    /// Condition codes, with spaces, commas or semicolons between; nil: trades have none.
    public var conditions: Source?
    /// Receive time; nil: made from trade times.
    public var receive: Source?
    /// Its unit.
    public var receiveUnit: Unit = .ns

    /// Reads a mapping such as `t=timestamp:us,s=symbol,p=price,v=amount`.
    ///
    /// Keys: `t` and `r` (trade and receive time, with their unit behind a colon), `s`, `p`, `v`, `c`. A value is a
    /// column's name, `#N` for the N-th column of a file without header, or `'TEXT'` for the same text in every row. It
    /// is nil if a key is missing, unknown or twice, or a time has no unit.
    ///
    /// - Parameter text: the mapping.
    public init?(_ text: String) {
        var sources: [String: Source] = [:]
        var units: [String: Unit] = [:]
        for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let equals = pair.firstIndex(of: "=") else { return nil }
            let key = String(pair[..<equals])
            var value = pair[pair.index(after: equals)...]
            guard ["t", "r", "s", "p", "v", "c"].contains(key), sources[key] == nil else { return nil }
            if key == "t" || key == "r" {
                guard let colon = value.lastIndex(of: ":"),
                    let unit = Unit(rawValue: String(value[value.index(after: colon)...]))
                else { return nil }
                units[key] = unit
                value = value[..<colon]
            }
            guard let source = Self.source(value) else { return nil }
            sources[key] = source
        }
        guard let time = sources["t"], let timeUnit = units["t"], let symbol = sources["s"], let price = sources["p"],
            let volume = sources["v"]
        else { return nil }
        (self.time, self.timeUnit, self.symbol, self.price, self.volume) = (time, timeUnit, symbol, price, volume)
        conditions = sources["c"]
        receive = sources["r"]
        if let unit = units["r"] { receiveUnit = unit }
    }

    private static func source(_ text: Substring) -> Source? {
        if text.hasPrefix("#") {
            guard let number = Int(text.dropFirst()), (1...10_000).contains(number) else { return nil }
            return .numbered(number)
        }
        if text.hasPrefix("'") {
            guard text.count > 2, text.hasSuffix("'") else { return nil }
            return .constant(String(text.dropFirst().dropLast()))
        }
        return text.isEmpty ? nil : .named(String(text))
    }

    /// Whether the file's first row holds the columns' names.
    var hasHeader: Bool {
        [time, symbol, price, volume, conditions, receive].contains { if case .named = $0 { true } else { false } }
    }
}

/// Mappings of well-known files.
public enum CSVPreset: String, Sendable, CaseIterable {
    /// Tardis.dev trades: exchange time and local time in µs.
    case tardis
    /// Binance's public trade files, without header: time in ms, or in µs from 2025 on; the symbol is in the file's name.
    case binance
    /// Polygon.io flat files of trades: participant time in ns.
    case polygon

    /// The mapping for a file, whose name tells Binance's symbol and whose first row tells its unit of time.
    ///
    /// It is nil if they do not.
    func columns(path: String, firstRow: [String]) -> CSVColumns? {
        switch self {
        case .tardis: return CSVColumns("t=timestamp:us,s=symbol,p=price,v=amount,r=local_timestamp:us")
        case .polygon: return CSVColumns("t=participant_timestamp:ns,s=ticker,p=price,v=size,c=conditions")
        case .binance:
            let name = path.split(separator: "/").last ?? ""
            guard let dash = name.firstIndex(of: "-"), name.startIndex < dash else { return nil }
            let symbol = name[..<dash]
            // id, price, quantity, then quote quantity and time, or first id, last id and time.
            let place = name.contains("-aggTrades-") ? 6 : 5
            guard firstRow.count >= place else { return nil }
            let unit = firstRow[place - 1].utf8.count > 14 ? "us" : "ms"
            return CSVColumns("t=#\(place):\(unit),s='BINANCE:\(symbol)',p=#2,v=#3")
        }
    }
}
