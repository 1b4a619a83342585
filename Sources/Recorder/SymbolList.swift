import Foundation

/// The symbols to subscribe, from the command line and a file.
struct SymbolList: Sendable, Equatable {
    /// Symbols that a free key may subscribe.
    static let usualLimit = 50
    /// Exchanges that do not stream.
    static let silentPrefixes = ["FXCM:", "FOREX.COM:", "FHFX:"]

    /// Each symbol once, in order.
    let symbols: [String]

    init(_ symbols: [String]) {
        var seen: Set<String> = []
        self.symbols = symbols.filter { seen.insert($0).inserted }
    }

    /// Joins what is named and what a file holds: one symbol a line, `#` begins a comment, blank lines count for nothing.
    init(named: [String], file: String?) throws(RecorderError) {
        guard let file else {
            self.init(named)
            return
        }
        let text: String
        do { text = try String(contentsOfFile: file, encoding: .utf8) } catch {
            throw .symbolsFile(path: file, reason: "cannot be read as UTF-8 text")
        }
        let lines = text.split(whereSeparator: \.isNewline).map { line in
            // Symbols may hold spaces, so only those around are cut.
            line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
        }
        self.init(named + lines.filter { !$0.isEmpty })
    }

    /// Refuses what no server could know.
    func validate() throws(RecorderError) {
        guard !symbols.isEmpty else {
            throw .badOption(name: "--symbols", given: "", accepted: "at least one symbol, here or in --symbols-file")
        }
        for symbol in symbols {
            guard (1...128).contains(symbol.utf8.count), symbol.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else {
                throw .badOption(
                    name: "--symbols", given: symbol, accepted: "symbols of 1 to 128 bytes without control characters")
            }
        }
    }

    /// What an operator should know about the list.
    var warnings: [String] {
        var texts: [String] = []
        if symbols.count > Self.usualLimit {
            texts.append("\(symbols.count) symbols: a free key gets data for \(Self.usualLimit)")
        }
        let silent = symbols.filter { symbol in
            Self.silentPrefixes.contains { symbol.uppercased().hasPrefix($0) }
        }
        if !silent.isEmpty { texts.append("\(silent.joined(separator: ", ")): this exchange does not stream") }
        return texts
    }
}
