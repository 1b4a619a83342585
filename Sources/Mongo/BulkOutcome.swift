/// What became of each document of a bulk write.
///
/// An index without a ``Failure`` is done only if ``writeConcernError`` is nil, and so is one that failed as a
/// duplicate: with a write concern error nothing is done, and the whole bulk is to be sent again.
public struct BulkOutcome: Sendable {
    /// Why one document was not written.
    public struct Failure: Sendable, Equatable {
        /// The document's index in the array given.
        public let index: Int
        /// The server's code.
        public let code: Int32
        private let words: String

        init(index: Int, code: Int32, message: String) {
            self.index = index
            self.code = code
            words = message
        }

        /// The class of the code.
        public var kind: MongoError.Kind { MongoError.Kind(serverCode: code) }
        /// The server's words: one line, without secrets of URLs.
        public var message: String { MongoError.oneLine(words) }
    }

    /// Documents inserted by `insertMany`.
    public internal(set) var inserted = 0
    /// Documents that updates matched.
    public internal(set) var matched = 0
    /// Documents that updates changed.
    public internal(set) var modified = 0
    /// Indexes of updates that inserted a document.
    public internal(set) var upserted: [Int] = []
    /// What was not written, by rising index.
    public internal(set) var failures: [Failure] = []
    /// Set if the write is not as safe as promised (yet).
    public internal(set) var writeConcernError: MongoError?

    /// Whether everything was written as safely as promised.
    public var isComplete: Bool { failures.isEmpty && writeConcernError == nil }
}
