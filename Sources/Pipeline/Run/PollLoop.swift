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
    private(set) var claims = 0
    private(set) var goneBeforeStart: Int64 = 0
    private(set) var lostRecords: Int64 = 0
    private var ends: [Int32: Int64] = [:]
    private var serial = 0
    private var chunk: [SourceRecord] = []
    private var chunkBytes = 0
    private var chunkTag: ClaimTag?
    private var marked: Set<Int32> = []
    private var isQuotaReached = false
    /// Whether the group has answered at least once.
    private var hasAssignment = false
    private var fences: [ContinuousClock.Instant] = []
    private var rejoinAt: ContinuousClock.Instant?
    private var isJoined = false
    private var markerCheckAt = ContinuousClock.now

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

    private func take(_ event: SourceEvent) throws(PipelineError) {
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

    private func take(_ record: SourceRecord) {
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

    private func sendChunk() {
        guard let tag = chunkTag, !chunk.isEmpty else { return }
        exchange.send(.records(tag, chunk, bytes: chunkBytes))
        chunk.removeAll(keepingCapacity: true)
        chunkBytes = 0
        chunkTag = nil
    }

    private func dropChunk() {
        chunk.removeAll(keepingCapacity: true)
        chunkBytes = 0
        chunkTag = nil
    }

    // MARK: - Tasks

    private func perform(_ task: PollTask) throws(PipelineError) {
        switch task {
        case .commit(let partition, let offset): source.commit([(partition, offset)])
        case .claimAgain(let tag, let epoch):
            guard assigned[tag.partition]?.tag == tag else { return }
            log.say(.info, "claim-again", ["topic": .string(limits.topic), "partition": .int(Int64(tag.partition))])
            dropWork(of: [tag.partition])
            isQuotaReached = false
            marked.remove(tag.partition)
            try claimAndAssign([tag.partition], again: [tag.partition: epoch])
        case .fenced(let tag):
            guard assigned[tag.partition]?.tag == tag else { return }
            try fenced(tag.partition)
        case .markerSeen(let partition): marked.insert(partition)
        case .quotaReached: isQuotaReached = true
        }
    }

    /// Forgets what is queued of partitions whose claim is over.
    private func dropWork(of partitions: Set<Int32>) {
        if let chunkTag, partitions.contains(chunkTag.partition) { dropChunk() }
        exchange.dropQueuedRecords(of: partitions)
        for partition in partitions { assigned[partition]?.isIdle = true }
    }

    // MARK: - Rebalance

    private func assign(_ partitions: [Int32]) throws(PipelineError) {
        hasAssignment = true
        log.say(
            .info, "assigned",
            [
                "topic": .string(limits.topic),
                "partitions": .array(partitions.map { .int(Int64($0)) }),
            ])
        assigned = [:]
        marked = []
        try claimAndAssign(partitions, again: [:])
    }

    /// Claims partitions, in parallel, and starts reading them; the others go on where they are.
    private func claimAndAssign(_ partitions: [Int32], again: [Int32: Int64]) throws(PipelineError) {
        let tags = partitions.map { partition in
            serial += 1
            return ClaimTag(partition: partition, serial: serial)
        }
        var lost: [Int32] = []
        var late: String?
        for (tag, result) in zip(tags, ParallelClaims.run(tags, again: again, claim)) {
            switch result {
            case .success(.claimed(let claimed)):
                begin(claimed, tag)
            case .success(.fenced):
                lost.append(tag.partition)
            case .success(.late(let message)):
                late = message
            case .failure(let error): throw error
            }
        }
        if let late {
            if limits.endsWhenLate, !isStopRequested() { throw PipelineError(.store, late) }
            log.say(.warning, "claim-late", ["topic": .string(limits.topic), "error": .string(late)])
            exchange.send(.drop(assigned.keys.sorted()))
            assigned = [:]
            try source.assign([])
            try leaveGroup(rejoinAfter: .seconds(5))
            return
        }
        try source.assign(
            assigned.keys.sorted().compactMap { number in assigned[number].map { (number, $0.next) } })
        for number in assigned.keys { assigned[number]?.isPaused = false }
        for partition in lost { try fenced(partition) }
    }

    private func begin(_ claimed: ClaimedPartition, _ tag: ClaimTag) {
        claims += 1
        let partition = tag.partition
        let next = claimed.checkpoint.nextOffset
        if claimed.goneBeforeStart > 0 {
            goneBeforeStart += claimed.goneBeforeStart
            log.say(
                .warning, "records-gone",
                [
                    "topic": .string(limits.topic), "partition": .int(Int64(partition)),
                    "records": .int(claimed.goneBeforeStart),
                ])
        }
        lostRecords += claimed.skipped
        let end = ends[partition] ?? claimed.high
        ends[partition] = end
        assigned[partition] = Assigned(tag: tag, next: claimed.readFrom, end: end)
        log.say(
            .info, "claimed",
            [
                "topic": .string(limits.topic), "partition": .int(Int64(partition)),
                "epoch": .int(claimed.checkpoint.epoch), "offset": .int(next), "end": .int(claimed.high),
                "states": .int(Int64(claimed.states.count)),
            ])
        exchange.send(.claimed(claimed))
    }

    private func revoke(_ partitions: [Int32], lost: Bool) throws(PipelineError) {
        log.say(
            .info, lost ? "lost" : "revoked",
            [
                "topic": .string(limits.topic), "partitions": .array(partitions.map { .int(Int64($0)) }),
            ])
        sendChunk()
        hasAssignment = false
        let numbers = Set(partitions)
        exchange.dropQueuedRecords(of: numbers)
        if !lost {
            exchange.send(.leave(partitions))
            if !exchange.waitForLeaving(until: .now + limits.revokeBudget) {
                log.say(.warning, "revoke-late", ["topic": .string(limits.topic)])
            }
        }
        exchange.send(.drop(partitions))
        for partition in partitions { assigned[partition] = nil }
        marked.subtract(numbers)
        for task in try exchange.takeTasks() {
            if case .commit = task { try perform(task) }
        }
        try source.unassign()
    }

    // MARK: - Fences

    /// Somebody else owns the partition: leave the group, and let the coordinator decide.
    private func fenced(_ partition: Int32) throws(PipelineError) {
        let now = ContinuousClock.now
        fences = fences.filter { $0 + .seconds(600) > now } + [now]
        log.say(
            .warning, "fenced",
            ["topic": .string(limits.topic), "partition": .int(Int64(partition)), "times": .int(Int64(fences.count))])
        guard fences.count < 3 else {
            throw PipelineError(
                .fenced,
                "another member claimed \(limits.topic)[\(partition)] three times within ten minutes: does a second "
                    + "group use --group \(limits.group), or are two clusters written to one --database?")
        }
        assigned[partition]?.isIdle = true
        dropWork(of: [partition])
        try leaveGroup(rejoinAfter: .seconds(1))
    }

    private func leaveGroup(rejoinAfter pause: Duration) throws(PipelineError) {
        guard isJoined else { return }
        isJoined = false
        hasAssignment = false
        rejoinAt = .now + pause
        try source.unsubscribe()
    }

    private func rejoinIfDue() throws(PipelineError) {
        guard let due = rejoinAt, due <= .now, assigned.isEmpty else { return }
        rejoinAt = nil
        isJoined = true
        try source.subscribe()
    }

    // MARK: - Back-pressure

    /// Waits for room, then pauses: a short wait keeps what is fetched, a pause throws it away.
    private func regulate() throws(PipelineError) {
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

    // MARK: - Ends

    /// Whether the end condition holds and everything up to it is checkpointed.
    private func isFinished() throws(PipelineError) -> Bool {
        guard hasAssignment, isJoined, isEndReached() else { return false }
        guard try hasForeignMarkers() else { return false }
        sendChunk()
        let partitions = assigned.keys.sorted()
        if isQuotaReached { exchange.dropQueuedRecords(of: Set(partitions)) }
        exchange.send(.leave(partitions))
        _ = exchange.waitForLeaving(until: .now + .seconds(365 * 86_400), unless: isStopRequested)
        if isStopRequested() { return false }
        // Whatever was refused on the way is claimed again, and the run goes on.
        var isClean = true
        for task in try exchange.takeTasks() {
            switch task {
            case .claimAgain, .fenced:
                isClean = false
                assigned[task.partition ?? -1]?.isDone = false
                try perform(task)
            case .commit, .markerSeen, .quotaReached: try perform(task)
            }
        }
        return isClean
    }

    private func isEndReached() -> Bool {
        if isQuotaReached { return true }
        if limits.untilEnd, assigned.values.allSatisfy(\.isDone) { return true }
        if limits.untilMarker != nil { return assigned.keys.allSatisfy { marked.contains($0) } }
        return false
    }

    /// Whether the marker was handled in the partitions of other members too, by their checkpoints.
    private func hasForeignMarkers() throws(PipelineError) -> Bool {
        guard let stream = limits.untilMarker, !isQuotaReached, !limits.untilEnd else { return true }
        let foreign = (0..<limits.partitions).filter { assigned[$0] == nil }
        guard !foreign.isEmpty else { return true }
        guard markerCheckAt <= .now else { return false }
        markerCheckAt = .now + .milliseconds(500)
        for partition in foreign {
            let id = CheckpointDocument.identifier(group: limits.group, topic: limits.topic, partition: partition)
            do throws(StoreFault) {
                let found = try claim.session.run { store throws(StoreFault) in try store.checkpoint(id) }
                if found?.marks.first(where: { $0.stream == stream })?.mark.end == nil { return false }
            } catch {
                throw PipelineError(error)
            }
        }
        return true
    }

    /// Flushes and checkpoints what was handled, within the budget; discards the rest.
    private func drain(discardingQueue: Bool) {
        sendChunk()
        let partitions = assigned.keys.sorted()
        if discardingQueue { exchange.dropQueuedRecords(of: Set(partitions)) }
        exchange.send(.leave(partitions))
        if !exchange.waitForLeaving(until: .now + limits.drainBudget) {
            log.say(.warning, "drain-late", ["topic": .string(limits.topic)])
        }
        if let tasks = try? exchange.takeTasks() {
            for task in tasks {
                if case .commit(let partition, let offset) = task { source.commit([(partition, offset)]) }
            }
        }
    }
}

extension PollTask {
    var partition: Int32? {
        switch self {
        case .commit(let partition, _), .markerSeen(let partition): partition
        case .claimAgain(let tag, _), .fenced(let tag): tag.partition
        case .quotaReached: nil
        }
    }
}
