import WebSocket

/// Messages that lie end to end, on their way from a player's thread to the service thread.
struct MessageBlock: Sendable {
    /// The end of a message in ``bytes`` and its kind.
    struct Entry: Sendable {
        let end: Int
        let kind: WebSocketMessageKind
    }

    private(set) var bytes: [UInt8] = []
    private(set) var entries: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }

    mutating func append(_ message: some Collection<UInt8>, kind: WebSocketMessageKind) {
        bytes += message
        entries.append(Entry(end: bytes.count, kind: kind))
    }
}
