/// What every document of a partition's outputs carries or depends on.
struct EngineSettings<Forecaster: SymbolForecaster>: Sendable {
    var topic: String
    var partition: Int32
    /// `<group>|<topic>|<partition>`.
    var checkpoint: String
    /// `model:revision`.
    var model: String
    /// The horizon's short form, `10` or `5s`.
    var horizon: String
    /// The level of the intervals, 0.9.
    var level: Double
    /// This program's version, for dead letters.
    var version: String
    var forecaster: Forecaster.Settings
}

/// What a claim found in the store: where to start, and with what.
struct ClaimedPartition: Sendable {
    var tag: ClaimTag
    var checkpoint: CheckpointDocument
    var states: [StateDocument]
    var refusals: [KnownRefusal]
    /// The first offset that is still there when the claim looked.
    var low: Int64
    /// The offset behind the last record when the claim looked.
    var high: Int64
    /// Records that were gone before a first claim `--from earliest`.
    var goneBeforeStart: Int64 = 0

    /// Records between the checkpoint and what Kafka still has, accepted by this claim.
    var skipped: Int64 = 0

    /// Where to start reading: at the anchor, to see that it is still the same log.
    var readFrom: Int64 {
        guard let anchor = checkpoint.anchor else { return checkpoint.nextOffset }
        return max(low, min(anchor.offset, checkpoint.nextOffset))
    }
}
