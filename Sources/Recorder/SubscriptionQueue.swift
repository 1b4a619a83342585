import JSONText
import Tape

/// Subscriptions on their way: spaced, taken back first, told to the tape once written.
struct SubscriptionQueue: Equatable {
    private(set) var wanted: [String]
    private let spacing: Int64
    /// What this connection has been asked for and not taken back.
    private var sent: Set<String> = []
    private var waiting: [(symbol: String, isWanted: Bool)] = []
    private var next = 0
    private(set) var nextSend: Int64?
    private var lastSend: Int64?
    private var written: [String] = []
    private var takenBack: [String] = []

    init(wanted: [String], spacing: Int64) {
        self.wanted = wanted
        self.spacing = spacing
    }

    static func == (left: Self, right: Self) -> Bool {
        left.wanted == right.wanted && left.sent == right.sent && left.nextSend == right.nextSend
            && left.waiting.dropFirst(left.next).elementsEqual(right.waiting.dropFirst(right.next), by: ==)
    }

    /// A new connection: nothing is subscribed on it.
    mutating func begin() {
        sent = []
        lastSend = nil
        plan()
    }

    /// Changes what is wanted; on an open connection call ``send(at:)`` afterwards.
    mutating func replace(_ symbols: [String]) {
        wanted = symbols
        plan()
    }

    private mutating func plan() {
        let set = Set(wanted)
        waiting = sent.subtracting(set).sorted().map { ($0, false) }
        waiting += wanted.filter { !sent.contains($0) }.map { ($0, true) }
        next = 0
        nextSend = waiting.isEmpty ? nil : (lastSend.map { $0 + spacing } ?? .min)
    }

    /// Writes what is due; one at a time.
    mutating func send(at now: Int64) -> [SessionAction] {
        guard let due = nextSend, now >= due, next < waiting.count else { return [] }
        let (symbol, isWanted) = waiting[next]
        next += 1
        lastSend = now
        if isWanted {
            sent.insert(symbol)
            written.append(symbol)
        } else {
            sent.remove(symbol)
            takenBack.append(symbol)
        }
        let action = SessionAction.subscribe(symbol, isWanted: isWanted)
        guard next == waiting.count else {
            nextSend = now + spacing
            return [action]
        }
        nextSend = nil
        return [action] + told()
    }

    /// The connection has ended: what was written is told, the rest is forgotten.
    mutating func end() -> [SessionAction] {
        nextSend = nil
        waiting = []
        next = 0
        return told()
    }

    private mutating func told() -> [SessionAction] {
        var actions: [SessionAction] = []
        if !takenBack.isEmpty {
            // Not one of the format's own events; readers keep what they do not know.
            let list = takenBack.map { JSONValue.string($0) }
            actions.append(
                .record(.unknown(name: "unsubscribed", fields: "\"symbols\":\(JSONValue.array(list).canonical)")))
        }
        if !written.isEmpty {
            actions.append(.record(.subscribed(symbols: written)))
            actions.append(.tell(.subscribed(symbols: written.count)))
        }
        written = []
        takenBack = []
        return actions
    }
}
