import Mongo

/// The write step behind one protocol: single attempts, each of which may fail; ``StoreSession`` repeats them.
///
/// Everything is written with `w: majority, j: true` and read from the primary. Calls block the caller's thread.
protocol PipelineStore: Sendable {
    /// Makes collections, validators and indexes; refuses time series collections.
    func prepare() throws(StoreFault)

    /// Inserts documents, unordered; `pending` are the numbers, counted over all buffers, that have no answer yet.
    ///
    /// - Returns: answers in the order of `pending`.
    func insert(_ documents: [DocumentBuffer], pending: [Int], into collection: StoreCollection) -> BulkAttempt

    /// Sets `flag` of stored trades, unordered; a flag that is set already is done.
    func setFlags(_ flags: [TradeFlagUpdate]) throws(StoreFault)

    /// Replaces states where the stored `of` is smaller, or inserts them; already further counts as done.
    func upsertStates(_ states: [StateDocument]) throws(StoreFault)

    /// The documents with these `_id`s; those that do not exist are left out.
    func documents(in collection: StoreCollection, ids: [String]) throws(StoreFault) -> [BSONDocument]

    /// Raises the epoch of the checkpoint, or makes the checkpoint; nil: a fixed field differs, or a concurrent claim.
    func claim(_ claim: ClaimRequest, at milliseconds: Int64) throws(StoreFault) -> CheckpointDocument?

    /// Reads the checkpoint by an update that only sets `at`, if the epoch is still this one; nil: it is not.
    func renew(_ id: String, epoch: Int64, at milliseconds: Int64) throws(StoreFault) -> CheckpointDocument?

    /// Moves `next_offset` behind lost records, clears the anchor and appends the gap; nil: the claim is no longer ours.
    func acceptGap(
        _ id: String, epoch: Int64, from next: Int64, to low: Int64, at milliseconds: Int64
    ) throws(StoreFault) -> CheckpointDocument?

    /// Moves the checkpoint if epoch and `next_offset` are as expected; false: they are not.
    func advance(_ checkpoint: CheckpointAdvance, at milliseconds: Int64) throws(StoreFault) -> Bool

    /// All states of a checkpoint.
    func states(of checkpoint: String) throws(StoreFault) -> [StateDocument]

    /// The dead letters of a partition at or above an offset that only the store could tell.
    func refusals(topic: String, partition: Int32, from offset: Int64) throws(StoreFault) -> [KnownRefusal]

    /// One checkpoint, if there is one.
    func checkpoint(_ id: String) throws(StoreFault) -> CheckpointDocument?

    /// A group other than this one that has written predictions of this model, if there is one.
    func otherGroup(than group: String, model: String) throws(StoreFault) -> String?

    /// Replaces `latest` documents where the stored `of` is smaller; w:1, outside the promise.
    func publish(latest: [BSONDocument]) throws(StoreFault)
}

/// A flag to set on a stored trade.
struct TradeFlagUpdate: Sendable, Equatable {
    var id: String
    var flag: String
}
