import Dispatch
import Synchronization

/// How the server's thread, controls and reports reach a player that runs on a thread of its own.
final class PlayerHandle: Sendable {
    /// What is known of a player.
    struct Status: Sendable, Equatable {
        /// What it does.
        enum Phase: String, Sendable {
            case playing
            case paused
            case ended
        }

        var phase = Phase.playing
        var speed: ReplaySpeed
        /// Receive time of the line played last, ns since the epoch.
        var position: Int64?
        var sequence: Int64?
        var stream: String?
        var lap = 1
        var messages = 0
        /// Whether it has come to the live end of a capture in progress.
        var isWaiting = false
    }

    private struct Receivers {
        var outboxes: [ClientOutbox] = []
        var end: ClientOutbox.End?
    }

    /// 0 for a shared market's, else the client's number.
    let number: Int
    let time: any ReplayTimeSource
    let inbox: ControlInbox
    private let receivers = Mutex(Receivers())
    let isShared: Bool
    private let current: Mutex<Status>
    private let isStopRequested = Atomic<Bool>(false)
    private let ended = DispatchSemaphore(value: 0)

    init(number: Int, isShared: Bool, time: any ReplayTimeSource, speed: ReplaySpeed) {
        self.number = number
        self.isShared = isShared
        self.time = time
        inbox = ControlInbox { time.wake() }
        current = Mutex(Status(speed: speed))
    }

    var status: Status { current.withLock { $0 } }
    func update(_ change: (inout Status) -> Void) { current.withLock { change(&$0) } }
    var isPlaying: Bool { status.phase == .playing }

    /// The clients for whom it plays.
    var outboxes: [ClientOutbox] { receivers.withLock { $0.outboxes } }

    /// Adds a client; one that comes after the end is told so.
    func add(_ outbox: ClientOutbox) {
        let end = receivers.withLock { receivers in
            receivers.outboxes.append(outbox)
            return receivers.end
        }
        if let end { outbox.finish(end) }
    }

    func remove(_ outbox: ClientOutbox) { receivers.withLock { $0.outboxes.removeAll { $0 === outbox } } }

    /// Asks the player to end; any thread.
    func stop() {
        isStopRequested.store(true, ordering: .sequentiallyConsistent)
        for outbox in outboxes { outbox.close() }
        time.wake()
    }

    /// Whether nobody is there for whom to play.
    var isOver: Bool {
        if isStopRequested.load(ordering: .relaxed) { return true }
        return !isShared && outboxes.allSatisfy(\.isGone)
    }

    /// Waits until the player has told its last counts; the limit only stops a hang of the disk.
    func awaitEnd() {
        if ended.wait(timeout: .now() + 10) == .success { ended.signal() }
    }

    /// Says that nothing follows.
    func end(_ end: ClientOutbox.End) {
        let outboxes = receivers.withLock { receivers in
            receivers.end = end
            return receivers.outboxes
        }
        for outbox in outboxes { outbox.finish(end) }
        // Last: who sees it sees the outboxes' end as well.
        update { $0.phase = .ended }
        ended.signal()
    }
}
