import Foundation

/// What the poll thread tells the compute thread, in order.
enum ComputeMessage: Sendable {
    /// A claim is in force.
    case claimed(ClaimedPartition)
    case records(ClaimTag, [SourceRecord], bytes: Int)
    /// Checkpoint these partitions and let them go; ``Exchange/waitForLeaving(until:)`` tells when.
    case leave([Int32])
    /// Forget these partitions at once.
    case drop([Int32])
}

/// What the compute thread and the flusher ask of the poll thread.
enum PollTask: Sendable, Equatable {
    case commit(partition: Int32, offset: Int64)
    /// Everything of the claim was discarded: claim again under its epoch.
    case claimAgain(ClaimTag, epoch: Int64)
    case fenced(ClaimTag)
    /// The stream that the run waits for has ended in this partition.
    case markerSeen(Int32)
    /// As many records were handled as were asked for.
    case quotaReached
}

/// What the flusher tells the compute thread of one batch.
struct FlushReport: Sendable {
    var item: FlushItem
    var outcome: BatchFlush.Outcome
}

/// Where the poll, compute and flusher threads meet: bounded queues under one lock.
///
/// `@unchecked Sendable`: every property is read and written while `condition` is locked.
final class Exchange: @unchecked Sendable {
    /// Told of each turn that a thread takes here.
    let liveness = Liveness()
    private let condition = NSCondition()
    private var inbox: [ComputeMessage] = []
    private var inboxHead = 0
    private var inboxBytes = 0
    private var reports: [FlushReport] = []
    private var group: [FlushItem]?
    private var isFlusherFree = false
    private var tasks: [PollTask] = []
    private var leaving = 0
    private var failed: PipelineError?
    private var isOver = false
    private var isGivenUp = false

    private func locked<R>(_ body: () -> R) -> R {
        condition.lock()
        defer { condition.unlock() }
        return body()
    }

    /// Waits at most a second, or until something changes; the caller's loop looks again.
    ///
    /// The lock is held.
    private func waitLocked(_ limit: Duration, _ worker: Liveness.Worker?) {
        defer { if let worker { liveness.turned(worker) } }
        let seconds = min(1, max(0, Double(limit.components.seconds) + Double(limit.components.attoseconds) * 1e-18))
        _ = condition.wait(until: Date(timeIntervalSinceNow: seconds))
    }

    // MARK: - Poll thread

    /// Queues a message for the compute thread.
    func send(_ message: ComputeMessage) {
        locked {
            inbox.append(message)
            if case .records(_, _, let bytes) = message { inboxBytes += bytes }
            if case .leave = message { leaving += 1 }
            condition.broadcast()
        }
    }

    /// Forgets records that are queued and not handled yet: whoever claims their partitions next reads them again.
    func dropQueuedRecords(of partitions: Set<Int32>) {
        locked {
            var kept: [ComputeMessage] = []
            for message in inbox[inboxHead...] {
                if case .records(let tag, _, let bytes) = message, partitions.contains(tag.partition) {
                    inboxBytes -= bytes
                } else {
                    kept.append(message)
                }
            }
            inbox = kept
            inboxHead = 0
            condition.broadcast()
        }
    }

    /// Bytes of records that the compute thread has not taken yet.
    var queuedBytes: Int { locked { inboxBytes } }

    /// Waits until the compute thread has room again, at most this long.
    ///
    /// - Returns: whether fewer bytes than `limit` are queued.
    func waitForRoom(below limit: Int, atMost duration: Duration) -> Bool {
        let end = ContinuousClock.now + duration
        return locked {
            while inboxBytes >= limit, tasks.isEmpty, failed == nil {
                let now = ContinuousClock.now
                if now >= end { break }
                waitLocked(end - now, .poll)
            }
            return inboxBytes < limit
        }
    }

    /// Takes what the other threads ask for.
    ///
    /// - Throws: what ended them.
    func takeTasks() throws(PipelineError) -> [PollTask] {
        liveness.turned(.poll)
        let (taken, error) = locked {
            defer { tasks.removeAll() }
            return (tasks, failed)
        }
        if let error { throw error }
        return taken
    }

    /// Waits until every `leave` that was sent is done.
    ///
    /// - Returns: whether it was done in time.
    func waitForLeaving(until end: ContinuousClock.Instant, unless isInterrupted: () -> Bool = { false }) -> Bool {
        locked {
            while leaving > 0, failed == nil, !isInterrupted() {
                let now = ContinuousClock.now
                if now >= end { break }
                waitLocked(end - now, .poll)
            }
            return leaving == 0
        }
    }

    // MARK: - Compute thread

    /// What the compute thread does next.
    struct Turn: Sendable {
        var reports: [FlushReport] = []
        var isFlusherFree = false
        var message: ComputeMessage?
        var isOver = false
    }

    /// Waits for reports, a free flusher, or a message.
    ///
    /// - Parameters:
    ///   - takesRecords: false while a full batch waits behind a flush: records stay queued.
    ///   - hasOutput: whether a free flusher would get something.
    ///   - deadline: when a checkpoint is due.
    /// - Returns: at least one thing to do, unless the deadline has come.
    func next(takesRecords: Bool, hasOutput: Bool, until deadline: ContinuousClock.Instant?) -> Turn {
        liveness.turned(.compute)
        return locked {
            while true {
                var turn = Turn(isOver: isOver)
                swap(&turn.reports, &reports)
                turn.isFlusherFree = isFlusherFree && group == nil
                if inboxHead < inbox.count {
                    var takes = true
                    if case .records = inbox[inboxHead] { takes = takesRecords || turn.isFlusherFree }
                    if takes { turn.message = pop() }
                }
                let isIdle = turn.reports.isEmpty && turn.message == nil && !(turn.isFlusherFree && hasOutput)
                let now = ContinuousClock.now
                if !isIdle || isOver || deadline.map({ $0 <= now }) == true { return turn }
                waitLocked(deadline.map { $0 - now } ?? .seconds(1), .compute)
            }
        }
    }

    private func pop() -> ComputeMessage {
        let message = inbox[inboxHead]
        inboxHead += 1
        if inboxHead == inbox.count {
            inbox.removeAll(keepingCapacity: true)
            inboxHead = 0
        } else if inboxHead > 1_000 {
            inbox.removeFirst(inboxHead)
            inboxHead = 0
        }
        if case .records(_, _, let bytes) = message {
            inboxBytes -= bytes
            condition.broadcast()
        }
        return message
    }

    /// Hands batches to the flusher, one a partition.
    func handOver(_ items: [FlushItem]) {
        locked {
            group = items
            isFlusherFree = false
            condition.broadcast()
        }
    }

    /// Asks the poll thread for something.
    func post(_ task: PollTask) {
        locked {
            tasks.append(task)
            condition.broadcast()
        }
    }

    /// A `leave` is done.
    func left() {
        locked {
            leaving -= 1
            condition.broadcast()
        }
    }

    // MARK: - Flusher

    /// Says that the flusher is free and waits for batches; nil: the run is over.
    func nextGroup() -> [FlushItem]? {
        liveness.turned(.flusher)
        return locked {
            isFlusherFree = true
            condition.broadcast()
            while group == nil, !isOver { waitLocked(.seconds(1), .flusher) }
            defer { group = nil }
            return group
        }
    }

    /// Reports what became of the batches.
    func report(_ done: [FlushReport]) {
        locked {
            reports += done
            condition.broadcast()
        }
    }

    // MARK: - All

    /// Ends the run with an error; the first one counts.
    func fail(_ error: PipelineError) {
        locked {
            if failed == nil { failed = error }
            condition.broadcast()
        }
    }

    /// The compute thread and the flusher end at their next look.
    func finish() {
        locked {
            isOver = true
            condition.broadcast()
        }
    }

    /// No further attempt at the store.
    func giveUp() {
        locked {
            isGivenUp = true
            condition.broadcast()
        }
    }

    /// Wakes whoever waits, after something outside has changed.
    func wake() { locked { condition.broadcast() } }

    /// Sleeps before a retry; false if the run gave up meanwhile.
    func sleep(
        _ duration: Duration, _ worker: Liveness.Worker? = nil, unless isInterrupted: () -> Bool = { false }
    ) -> Bool {
        let end = ContinuousClock.now + duration
        return locked {
            while !isGivenUp, !isInterrupted() {
                let now = ContinuousClock.now
                if now >= end { return true }
                waitLocked(end - now, worker)
            }
            return false
        }
    }
}
