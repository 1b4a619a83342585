/// Gives each symbol a small number, and remembers its bytes and counts.
struct SymbolTable {
    /// What is known of one symbol.
    struct Entry {
        let name: String
        let key: [UInt8]
        let isWanted: Bool
        var published = 0
        var acknowledged = 0
        var dropped = 0
    }

    private(set) var entries: [Entry] = []
    private var numbers: [String: Int] = [:]
    private let wanted: Set<String>?
    /// Runs of one symbol are common: comparing is cheaper than hashing.
    private var last: (name: String, number: Int)?

    /// Makes a table; nil wants all symbols.
    init(wanted: Set<String>?) { self.wanted = wanted }

    /// The number of a symbol, a new one at its first sight.
    mutating func number(of name: String) -> Int {
        if let last, last.name == name { return last.number }
        let number = numbers[name] ?? add(name)
        last = (name, number)
        return number
    }

    private mutating func add(_ name: String) -> Int {
        numbers[name] = entries.count
        entries.append(Entry(name: name, key: Array(name.utf8), isWanted: wanted?.contains(name) ?? true))
        return entries.count - 1
    }

    mutating func countPublished(_ number: Int) { entries[number].published += 1 }

    mutating func countDropped(_ number: Int) { entries[number].dropped += 1 }

    mutating func countAcknowledged(_ number: Int) { entries[number].acknowledged += 1 }
}
