import Mongo

/// Claims a partition (pipeline.md, section 4): who owns it, where to start, with what states.
struct PartitionClaim: Sendable {
    /// Where a first claim starts.
    enum Start: Sendable, Equatable {
        case earliest, latest
        case offset(Int64)
    }

    /// How a claim ended.
    enum Outcome: Sendable {
        case claimed(ClaimedPartition)
        /// Somebody else owns the partition.
        case fenced
        /// MongoDB did not answer within the budget, or the run ends.
        case late(String)
    }

    var session: StoreSession
    var failPoints: FailPoints
    /// Asks Kafka; blocks.
    var watermarks: @Sendable (Int32) throws(PipelineError) -> (low: Int64, high: Int64)
    /// ms since the epoch, for `at` only.
    var now: @Sendable () -> Int64
    var topic: String
    var group: String
    var cluster: String
    var partitions: Int32
    var model: String
    var owner: String
    var start: Start
    var skipsDataLoss: Bool

    /// Claims.
    ///
    /// - Parameters:
    ///   - tag: partition and serial of the claim.
    ///   - epoch: of the claim that is repeated, without raising it; nil for a claim that raises it.
    /// - Returns: the claim, or why there is none that is no error.
    /// - Throws: `data_loss`, `topic_recreated`, `mismatch`, `store`, `source` or `corrupt`.
    func callAsFunction(_ tag: ClaimTag, again epoch: Int64?) throws(PipelineError) -> Outcome {
        do {
            return try claim(tag, again: epoch)
        } catch let error as PipelineError {
            throw error
        } catch StoreFault.exhausted(let message) {
            return .late(message)
        } catch StoreFault.abandoned {
            return .late("the run ends")
        } catch let fault as StoreFault {
            throw PipelineError(fault)
        } catch {
            throw PipelineError(.corrupt, "checkpoint \(id(tag)) cannot be read: \(error)")
        }
    }

    private func id(_ tag: ClaimTag) -> String {
        CheckpointDocument.identifier(group: group, topic: topic, partition: tag.partition)
    }

    private func claim(_ tag: ClaimTag, again epoch: Int64?) throws -> Outcome {
        let id = id(tag)
        var gone: Int64 = 0
        var checkpoint: CheckpointDocument
        if let epoch {
            let renewed = try session.run { store throws(StoreFault) in try store.renew(id, epoch: epoch, at: now()) }
            guard let renewed else { return .fenced }
            checkpoint = renewed
        } else {
            checkpoint = try take(id, tag, &gone)
        }
        failPoints.pass(.midClaim, at: checkpoint.nextOffset)
        // Only now: read before, a predecessor's progress would look like a re-created topic.
        let (low, high) = try watermarks(tag.partition)
        let next = checkpoint.nextOffset
        guard next <= high else {
            throw PipelineError(
                .topicRecreated,
                "\(topic)[\(tag.partition)] ends at offset \(high), but \(next) was handled: the topic was re-created or "
                    + "cut; run `tapedeck pipeline reset`, then replay the tapes")
        }
        if next < low {
            guard skipsDataLoss else {
                throw PipelineError(
                    .dataLoss,
                    "\(topic)[\(tag.partition)] starts at offset \(low), but \(next) comes next: \(low - next) records are "
                        + "lost to retention; replay the tapes under a new stream, or accept with --on-data-loss skip")
            }
            let (mine, at) = (checkpoint.epoch, now())
            let skipped = try session.run { store throws(StoreFault) in
                try store.acceptGap(id, epoch: mine, from: next, to: low, at: at)
            }
            guard let skipped else { return .fenced }
            checkpoint = skipped
        }
        let states = try session.run { store throws(StoreFault) in try store.states(of: id) }
        let (partition, from) = (tag.partition, checkpoint.nextOffset)
        let refusals = try session.run { store throws(StoreFault) in
            try store.refusals(topic: topic, partition: partition, from: from)
        }
        return .claimed(
            ClaimedPartition(
                tag: tag, checkpoint: checkpoint, states: states, refusals: refusals, low: low, high: high,
                goneBeforeStart: gone, skipped: max(0, low - next)))
    }

    /// Raises the epoch; the first claim makes the checkpoint.
    private func take(_ id: String, _ tag: ClaimTag, _ gone: inout Int64) throws -> CheckpointDocument {
        var request = ClaimRequest(
            id: id, cluster: cluster, partitions: partitions, model: model, owner: owner, start: 0)
        while true {
            let existing = try session.run { store throws(StoreFault) in try store.checkpoint(id) }
            if let existing {
                try check(existing, request)
            } else {
                let (low, high) = try watermarks(tag.partition)
                switch start {
                case .earliest:
                    request.start = low
                    gone = low
                case .latest: request.start = high
                case .offset(let offset): request.start = offset
                }
            }
            let asked = request
            let taken = try session.run { store throws(StoreFault) in try store.claim(asked, at: now()) }
            // nil: a concurrent first claim, or a fixed field differs; the next turn tells.
            if let taken { return taken }
        }
    }

    /// A checkpoint of something else is left alone: a healthy owner must not be fenced.
    private func check(_ stored: CheckpointDocument, _ ours: ClaimRequest) throws(PipelineError) {
        func refuse(_ field: String, _ there: String, _ here: String) -> PipelineError {
            PipelineError(
                .mismatch,
                "checkpoint \(stored.id) was made with \(field) \(there), but now it is \(here): use another --group or "
                    + "--database, or run `tapedeck pipeline reset`")
        }
        if stored.cluster != ours.cluster { throw refuse("Kafka cluster", stored.cluster, ours.cluster) }
        if stored.partitions != ours.partitions {
            throw refuse("partition count", String(stored.partitions), String(ours.partitions))
        }
        if stored.model != ours.model { throw refuse("model", stored.model, ours.model) }
        if stored.schema != CheckpointDocument.schema {
            throw refuse("schema", String(stored.schema), String(CheckpointDocument.schema))
        }
    }
}

extension PipelineError {
    /// What a fault that patience did not cure means for the run.
    init(_ fault: StoreFault) {
        switch fault {
        case .retry(_, let message), .fatal(let message), .exhausted(let message): self.init(.store, message)
        case .abandoned: self.init(.store, "the run was abandoned while MongoDB did not answer")
        }
    }
}
