/// What the compute thread and the flusher ask for, fences included.
extension PollLoop {
    func perform(_ task: PollTask) throws(PipelineError) {
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
    func dropWork(of partitions: Set<Int32>) {
        if let chunkTag, partitions.contains(chunkTag.partition) { dropChunk() }
        exchange.dropQueuedRecords(of: partitions)
        for partition in partitions { assigned[partition]?.isIdle = true }
    }

    /// Somebody else owns the partition: leave the group, and let the coordinator decide.
    func fenced(_ partition: Int32) throws(PipelineError) {
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

    func leaveGroup(rejoinAfter pause: Duration) throws(PipelineError) {
        guard isJoined else { return }
        isJoined = false
        hasAssignment = false
        rejoinAt = .now + pause
        try source.unsubscribe()
    }

    func rejoinIfDue() throws(PipelineError) {
        guard let due = rejoinAt, due <= .now, assigned.isEmpty else { return }
        rejoinAt = nil
        isJoined = true
        try source.subscribe()
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
