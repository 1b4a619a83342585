import TradeModel

/// Gives each symbol a small number, and remembers its bytes and counts.
struct SymbolTable {
    /// What is known of one symbol.
    struct Entry {
        let name: String
        /// Where its key's bytes stand in the table's.
        let key: Range<Int>
        var published = 0
        var acknowledged = 0
        var dropped = 0
    }

    private(set) var entries: [Entry] = []
    /// The keys of all, one behind the other: a record's key is a stretch of it, which needs no counting of references.
    private(set) var keys: [UInt8] = []
    private var numbers = SymbolNumbers()
    /// Runs of one symbol are common: comparing is cheaper than hashing.
    private var last: (name: String, number: Int)?

    /// The number of a symbol, a new one at its first sight.
    mutating func number(of name: String) -> Int {
        if let last, last.name == name { return last.number }
        let (number, isNew) = numbers.number(of: name)
        if isNew {
            let start = keys.count
            keys += name.utf8
            entries.append(Entry(name: name, key: start..<keys.count))
        }
        last = (name, number)
        return number
    }

    /// Those that a test holds for, in the order of their names' bytes.
    func sorted(where isIncluded: (Entry) -> Bool) -> [Entry] {
        entries.filter(isIncluded).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    mutating func countPublished(_ number: Int) { entries[number].published += 1 }

    mutating func countDropped(_ number: Int) { entries[number].dropped += 1 }

    mutating func countAcknowledged(_ number: Int) { entries[number].acknowledged += 1 }
}
