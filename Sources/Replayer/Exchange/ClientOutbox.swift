import Foundation
import WebSocket

/// What one client has subscribed to and what is on its way to it: the joint between a player's thread and the service
/// thread.
///
/// Bounded: a player waits for room, or gives the client up. A single message of any length is always taken.
///
/// `@unchecked Sendable`: `condition` guards every stored property that changes.
final class ClientOutbox: @unchecked Sendable {
    /// What came of an offer.
    enum Offer: Equatable {
        /// It is queued.
        case taken
        /// The client gets nothing of it, or nothing any more.
        case discarded
        /// There is no room.
        case full
    }

    /// How the stream of messages ends for this client.
    enum End: Equatable {
        /// The tape has been played.
        case played
        /// The connection is to be dropped once what is queued has gone out.
        case drop
        /// The connection is to be dropped at once.
        case abandon
    }

    /// What a faulty connection still carries.
    enum Carriage: Equatable {
        case everything
        case pingsOnly
        case nothing
    }

    /// The client's number, from 1.
    let number: Int
    private let limit: Int
    /// Tells the service thread that there is something to do.
    private let notify: @Sendable () -> Void
    private let condition = NSCondition()
    private var block = MessageBlock()
    private var subscribed: ClientSubscriptions
    private var carried = Carriage.everything
    private var end: End?
    private var isClosed = false

    init(number: Int, limit: Int, subscriptions: ClientSubscriptions, notify: @escaping @Sendable () -> Void) {
        self.number = number
        self.limit = limit
        self.notify = notify
        subscribed = subscriptions
    }

    // MARK: - Player

    /// Offers what the client may have of a message.
    ///
    /// - Parameters:
    ///   - filter: holds the message.
    ///   - faults: what goes wrong with it.
    /// - Returns: whether it is queued.
    func offer(_ filter: inout FrameFilter, faults: [ExchangeFault.Kind] = []) -> Offer {
        condition.lock()
        guard !isClosed, end == nil, carried == .everything else {
            condition.unlock()
            return .discarded
        }
        let share = filter.share(for: subscribed)
        guard share != .nothing else {
            condition.unlock()
            return .discarded
        }
        guard block.isEmpty || block.bytes.count < limit else {
            condition.unlock()
            return .full
        }
        let wasEmpty = block.isEmpty
        let message = share == .whole ? filter.message : filter.part
        let half = faults.contains(.malformed) ? message.count / 2 : message.count
        block.append(message[..<half], kind: filter.kind)
        if faults.contains(.duplicate) { block.append(message[..<half], kind: filter.kind) }
        condition.unlock()
        if wasEmpty { notify() }
        return .taken
    }

    /// Whether the client would get something of a message.
    func wants(_ filter: inout FrameFilter) -> Bool {
        condition.withLock {
            !isClosed && end == nil && carried == .everything && filter.share(for: subscribed) != .nothing
        }
    }

    /// Waits until there may be room, or nothing to wait for; blocks.
    func waitForRoom() {
        condition.withLock {
            while !block.isEmpty, block.bytes.count >= limit, !isClosed, end == nil { condition.wait() }
        }
    }

    /// Says that nothing follows; the first end stays.
    func finish(_ end: End) {
        condition.withLock { self.end = self.end ?? end }
        notify()
    }

    /// Lets the connection carry less from now on.
    func restrict(to carriage: Carriage) {
        condition.withLock { carried = carriage }
        notify()
    }

    // MARK: - Service thread

    /// Takes all that is queued, and tells how it ends if nothing follows.
    func take() -> (block: MessageBlock, end: End?) {
        condition.withLock {
            let taken = block
            block = MessageBlock()
            condition.broadcast()
            return (taken, end)
        }
    }

    func subscribe(_ symbol: String) -> ClientSubscriptions.Answer {
        condition.withLock { subscribed.subscribe(symbol) }
    }

    func unsubscribe(_ symbol: String) { condition.withLock { subscribed.unsubscribe(symbol) } }

    /// Says that the client is gone.
    func close() {
        condition.withLock {
            isClosed = true
            block = MessageBlock()
            condition.broadcast()
        }
    }

    // MARK: - Both

    var isGone: Bool { condition.withLock { isClosed || end == .drop || end == .abandon } }
    var hasEnded: Bool { condition.withLock { end != nil } }
    var symbols: Set<String> { condition.withLock { subscribed.symbols } }
    var carriage: Carriage { condition.withLock { carried } }
}
