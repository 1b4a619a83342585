import Diagnostics

/// The poll thread: asks the source for records, answers rebalances with claims, and decides when the run ends.
///
/// Used by one thread only; it meets the others in ``Exchange``.
final class PollLoop {
    /// What is known of a partition here.
    struct Assigned {
        var tag: ClaimTag
        /// Offset of the next record to be polled.
        var next: Int64
        /// Where `--until-end` stops.
        var end: Int64
        /// Nothing more is wanted of it.
        var isDone = false
        var isPaused = false
        /// Nothing of it is at work: its claim is over or failed.
        var isIdle = false
    }

    /// What bounds the loop.
    struct Limits: Sendable {
        /// Bytes of queued records above which partitions are paused.
        var queueBytes: Int
        var claimBudget: Duration
        var revokeBudget: Duration
        var drainBudget: Duration
        var untilEnd: Bool
        var untilMarker: String?
        var partitions: Int32
        var topic: String
        var group: String
        /// Whether a store that does not answer ends the run.
        var endsWhenLate: Bool
    }

    let source: any RecordSource
    let exchange: Exchange
    let claim: PartitionClaim
    let limits: Limits
    let log: Log
    let isStopRequested: @Sendable () -> Bool
    var assigned: [Int32: Assigned] = [:]
    var claims = 0
    var goneBeforeStart: Int64 = 0
    var lostRecords: Int64 = 0
    var ends: [Int32: Int64] = [:]
    var serial = 0
    var chunk: [SourceRecord] = []
    var chunkBytes = 0
    var chunkTag: ClaimTag?
    var marked: Set<Int32> = []
    var isQuotaReached = false
    /// Whether the group has answered at least once.
    var hasAssignment = false
    var fences: [ContinuousClock.Instant] = []
    var rejoinAt: ContinuousClock.Instant?
    var isJoined = false
    var markerCheckAt = ContinuousClock.now

    /// A chunk goes to the compute thread at this size, or when nothing more is at hand.
    private static let chunkRecords = 512

    init(
        source: any RecordSource, exchange: Exchange, claim: PartitionClaim, limits: Limits, log: Log,
        isStopRequested: @escaping @Sendable () -> Bool
    ) {
        self.source = source
        self.exchange = exchange
        self.claim = claim
        self.limits = limits
        self.log = log
        self.isStopRequested = isStopRequested
    }

    /// Runs until the run is asked to stop or its end condition holds.
    ///
    /// - Throws: what ended it otherwise.
    func run() throws(PipelineError) {
        try source.subscribe()
        isJoined = true
        while true {
            for task in try exchange.takeTasks() { try perform(task) }
            if isStopRequested() {
                drain(discardingQueue: true)
                return
            }
            if try isFinished() { return }
            try rejoinIfDue()
            try regulate()
            var event = source.poll(chunk.isEmpty ? .milliseconds(50) : .zero)
            // What is at hand is taken before the loop looks around again.
            var atHand = Self.chunkRecords
            while case .record(let record) = event, atHand > 0 {
                take(record)
                atHand -= 1
                event = source.poll(.zero)
            }
            try take(event)
        }
    }

    // MARK: - Events

    func take(_ event: SourceEvent) throws(PipelineError) {
        switch event {
        case .record(let record): take(record)
        case .nothing: sendChunk()
        case .end(let partition, let offset):
            sendChunk()
            if limits.untilEnd, let part = assigned[partition], offset >= part.end {
                assigned[partition]?.isDone = true
            }
        case .assigned(let partitions): try assign(partitions)
        case .revoked(let partitions, let lost): try revoke(partitions, lost: lost)
        case .trouble(let message): log.say(.warning, "source-trouble", ["error": .string(message)])
        case .failed(let error): throw error
        }
    }

    func take(_ record: SourceRecord) {
        guard let part = assigned[record.partition], !part.isDone, !part.isIdle, record.offset >= part.next else {
            return
        }
        if limits.untilEnd, record.offset >= part.end {
            assigned[record.partition]?.isDone = true
            return
        }
        if chunkTag != part.tag { sendChunk() }
        chunkTag = part.tag
        chunkBytes += record.footprint
        chunk.append(record)
        assigned[record.partition]?.next = record.offset + 1
        if limits.untilEnd, record.offset + 1 >= part.end { assigned[record.partition]?.isDone = true }
        if chunk.count >= Self.chunkRecords || chunkBytes >= 1 << 20 { sendChunk() }
    }

    func sendChunk() {
        guard let tag = chunkTag, !chunk.isEmpty else { return }
        exchange.send(.records(tag, chunk, bytes: chunkBytes))
        chunk.removeAll(keepingCapacity: true)
        chunkBytes = 0
        chunkTag = nil
    }

    func dropChunk() {
        chunk.removeAll(keepingCapacity: true)
        chunkBytes = 0
        chunkTag = nil
    }

    // MARK: - Back-pressure

    /// Waits for room, then pauses: a short wait keeps what is fetched, a pause throws it away.
    func regulate() throws(PipelineError) {
        let paused = assigned.filter { $0.value.isPaused }.keys.sorted()
        if paused.isEmpty {
            guard exchange.queuedBytes >= limits.queueBytes else { return }
            sendChunk()
            guard !exchange.waitForRoom(below: limits.queueBytes / 2, atMost: .seconds(1)) else { return }
            guard exchange.queuedBytes >= limits.queueBytes else { return }
            let pausing = assigned.keys.sorted()
            try source.pause(pausing)
            for partition in pausing { assigned[partition]?.isPaused = true }
        } else if exchange.queuedBytes < limits.queueBytes / 2 {
            try source.resume(paused)
            for partition in paused { assigned[partition]?.isPaused = false }
        }
    }

}
