import TradeModel

/// Numbers symbols: once for all batches, and in each batch in the order of first sight.
struct BatchSymbols {
    private struct Entry {
        let isWanted: Bool
        /// Its index in the batch's names; nil: not seen in this batch.
        var place: Int32?
    }

    private let wanted: Set<String>?
    private var entries: [Entry] = []
    private var numbers = SymbolNumbers()
    /// Numbers of the symbols that are in the batch, in its order.
    private var inBatch: [Int] = []

    /// Knows no symbol yet.
    ///
    /// - Parameter wanted: symbols that have a place in a batch; nil is all.
    init(wanted: Set<String>?) { self.wanted = wanted }

    /// Names of the batch's symbols.
    var names: [String] { inBatch.map { numbers.names[$0] } }

    /// Forgets what the batch before held; numbers stay.
    mutating func startBatch() {
        for number in inBatch { entries[number].place = nil }
        inBatch.removeAll(keepingCapacity: true)
    }

    /// A symbol's number in all batches, and whether it was given now.
    mutating func number(of name: String) -> (number: Int, isNew: Bool) {
        let (number, isNew) = numbers.number(of: name)
        if isNew { entries.append(Entry(isWanted: wanted?.contains(name) ?? true)) }
        return (number, isNew)
    }

    /// A symbol's index in the batch's names; nil if it is not wanted.
    mutating func place(of number: Int) -> Int32? {
        if let place = entries[number].place { return place }
        guard entries[number].isWanted else { return nil }
        let place = Int32(truncatingIfNeeded: inBatch.count)
        entries[number].place = place
        inBatch.append(number)
        return place
    }
}
