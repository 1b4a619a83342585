/// The symbols that one client gets.
struct ClientSubscriptions: Sendable {
    /// What came of a request.
    enum Answer: Equatable {
        case added
        /// It was there.
        case unchanged
        /// The client has as many as it may.
        case tooMany
    }

    private(set) var symbols: Set<String> = []
    let limit: Int

    init(limit: Int) { self.limit = limit }

    mutating func subscribe(_ symbol: String) -> Answer {
        if symbols.contains(symbol) { return .unchanged }
        guard symbols.count < limit else { return .tooMany }
        symbols.insert(symbol)
        return .added
    }

    mutating func unsubscribe(_ symbol: String) { symbols.remove(symbol) }
}
