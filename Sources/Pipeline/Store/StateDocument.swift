import Mongo

/// A symbol's state as it is stored: who it is, how far it has come, and the whole document.
struct StateDocument: Sendable, Equatable {
    var symbol: String
    /// Last record or end marker that changed it.
    var offset: Int64
    var document: BSONDocument

    init(symbol: String, offset: Int64, document: BSONDocument) {
        self.symbol = symbol
        self.offset = offset
        self.document = document
    }

    init(_ document: BSONDocument) throws(BSONError) {
        symbol = try document.string("s")
        offset = try document.integer("of")
        self.document = document
    }

    /// `<checkpoint>|<symbol>`.
    var id: String { document["_id"]?.string ?? "" }
}

/// A dead letter that only the store could tell: its record stays dead.
struct KnownRefusal: Sendable, Equatable {
    var offset: Int64
    /// Index in the frame, nil for a trade record.
    var part: Int32?
    var reason: DeadLetterReason
    var detail: String
}
