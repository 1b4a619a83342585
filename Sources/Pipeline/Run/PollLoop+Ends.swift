/// When the run is over, and how it ends.
extension PollLoop {
    /// Whether the end condition holds and everything up to it is checkpointed.
    func isFinished() throws(PipelineError) -> Bool {
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

    func isEndReached() -> Bool {
        if isQuotaReached { return true }
        if limits.untilEnd, assigned.values.allSatisfy(\.isDone) { return true }
        if limits.untilMarker != nil { return assigned.keys.allSatisfy { marked.contains($0) } }
        return false
    }

    /// Whether the marker was handled in the partitions of other members too, by their checkpoints.
    func hasForeignMarkers() throws(PipelineError) -> Bool {
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
    func drain(discardingQueue: Bool) {
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
