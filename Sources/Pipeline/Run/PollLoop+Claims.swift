/// Partitions that come and go: what the group assigns is claimed, then read.
extension PollLoop {
    func assign(_ partitions: [Int32]) throws(PipelineError) {
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
    func claimAndAssign(_ partitions: [Int32], again: [Int32: Int64]) throws(PipelineError) {
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

    func begin(_ claimed: ClaimedPartition, _ tag: ClaimTag) {
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

    func revoke(_ partitions: [Int32], lost: Bool) throws(PipelineError) {
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
}
