import Mongo

/// Writes batches and checkpoints (pipeline.md, section 4, Flush to Checkpoint); blocks the flusher's thread.
struct BatchFlush: Sendable {
    /// What became of a batch.
    enum Outcome: Sendable, Equatable {
        /// Written and acknowledged, its checkpoint too if it had one.
        case done
        /// Discard everything of the partition and claim again under the same epoch: records were refused, or the
        /// checkpoint did not move.
        case claimAgain
        /// Somebody else owns the partition.
        case fenced
    }

    /// What a flush wrote, for counters.
    struct Tally: Sendable, Equatable {
        var tradesInserted = 0
        var tradesPresent = 0
        var predictionsInserted = 0
        var predictionsPresent = 0
        /// Differing predictions that stand, because data loss was accepted.
        var kept = 0
        var refused = 0
    }

    var session: StoreSession
    var failPoints: FailPoints
    /// ms since the epoch, for `at` only.
    var now: @Sendable () -> Int64

    /// Writes one batch for each of several partitions: one bulk per collection.
    func callAsFunction(_ batches: [FlushItem], tally: inout Tally) throws(PipelineError) -> [Outcome] {
        do {
            return try flush(batches, &tally)
        } catch let error as PipelineError {
            throw error
        } catch let fault as StoreFault {
            throw PipelineError(fault)
        } catch {
            throw PipelineError(.corrupt, "\(error)")
        }
    }

    private func flush(_ items: [FlushItem], _ tally: inout Tally) throws -> [Outcome] {
        failPoints.pass(.beforeOutputs, at: items.compactMap(\.batch.lastOffset).max())
        let refusals = try writeTrades(items, &tally)
        var outcomes = [Outcome](repeating: .done, count: items.count)
        for (index, refused) in refusals.enumerated() where !refused.isEmpty {
            tally.refused += refused.count
            try writeRefusals(refused, of: items[index])
            outcomes[index] = .claimAgain
        }
        let good = items.indices.filter { outcomes[$0] == .done }
        let last = good.compactMap { items[$0].batch.lastOffset }.max()
        failPoints.pass(.beforePredictions, at: last)
        for index in try writePredictions(good.map { items[$0] }, &tally) { outcomes[good[index]] = .fenced }
        failPoints.pass(.afterOutputs, at: last)
        for index in good where outcomes[index] == .done {
            if let checkpoint = items[index].batch.checkpoint {
                outcomes[index] = try writeCheckpoint(checkpoint, isLeaving: items[index].isLeaving)
            }
        }
        return outcomes
    }

    // MARK: - Checkpoint

    private func writeCheckpoint(_ image: CheckpointImage, isLeaving: Bool) throws -> Outcome {
        let advance = image.advance
        let last = advance.new - 1
        if isLeaving { failPoints.pass(.midRevoke, at: last) }
        if failPoints.isArmed(.midStates, at: last), !image.states.isEmpty {
            let half = Array(image.states.prefix((image.states.count + 1) / 2))
            try session.run { store throws(StoreFault) in try store.upsertStates(half) }
            failPoints.pass(.midStates, at: last)
        }
        if !image.states.isEmpty {
            try session.run { store throws(StoreFault) in try store.upsertStates(image.states) }
        }
        failPoints.pass(.beforeCheckpoint, at: last)
        let moved = try session.run { store throws(StoreFault) in try store.advance(advance, at: now()) }
        guard moved else { return .claimAgain }
        failPoints.pass(.lostAck, at: last)
        failPoints.pass(.beforeCommit, at: last)
        return .done
    }
}

/// A batch with what its flush must know of its claim.
struct FlushItem: Sendable {
    var batch: Batch
    var claim: ClaimContext
    /// Whether the partition is being given up.
    var isLeaving = false
}

/// What outlives the engine of a claim: how its work is written.
struct ClaimContext: Sendable, Equatable {
    var tag: ClaimTag
    var topic: String
    /// `<group>|<topic>|<partition>`.
    var checkpoint: String
    var epoch: Int64
    /// Whether data loss was accepted: then a differing stored prediction stands.
    var hasGaps: Bool
    /// This program's version, for dead letters.
    var version: String
}
