/// The trades of a claim that MongoDB has not acknowledged yet: the other half of the look-up for duplicates.
struct InFlightTrades: Sendable {
    private var batches: [(number: Int, offsets: [TradeKey: Int64])] = []

    /// Remembers a trade of a batch.
    mutating func insert(_ key: TradeKey, offset: Int64, batch: Int) {
        if batches.last?.number != batch { batches.append((batch, [:])) }
        batches[batches.count - 1].offsets[key] = offset
    }

    /// Forgets the batches up to this one: their trades are found in the store now.
    mutating func acknowledge(through number: Int) { batches.removeAll { $0.number <= number } }

    /// The record of a trade in flight.
    func offset(of key: TradeKey) -> Int64? {
        for batch in batches { if let offset = batch.offsets[key] { return offset } }
        return nil
    }
}

/// Where a trade is stored.
enum StoredPlace: Sendable, Equatable {
    /// By a record of this partition.
    case here(offset: Int64)
    /// By a record of another topic or partition.
    case elsewhere
}
