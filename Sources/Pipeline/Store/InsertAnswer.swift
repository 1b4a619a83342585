/// What the store said of one document of a bulk.
enum InsertAnswer: Sendable, Equatable {
    /// It is stored now, durably.
    case done
    /// Its `_id` is stored already (E11000), durably.
    case duplicate
    /// MongoDB refuses this document (121, 10334).
    case refused(code: Int)
}

/// The outcome of one attempt at a bulk: answers where there are any, and what ended the attempt.
struct BulkAttempt: Sendable {
    /// nil: no answer, or one without the write concern, which is none.
    var answers: [InsertAnswer?]
    var fault: StoreFault?
}
