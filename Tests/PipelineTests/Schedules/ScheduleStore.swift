import Mongo

@testable import Pipeline

/// MongoDB as protocol_model.py, section 4 has it: one document at a time, what no majority has yet is lost in a
/// fail-over, requests that timed out may be applied some day.
///
/// `@unchecked Sendable`: only the holder of the baton touches it.
final class ScheduleStore: @unchecked Sendable {
    struct Key: Hashable {
        var collection: StoreCollection
        var id: String
    }
    private struct Undo {
        var key: Key
        var old: BSONDocument?
    }

    private(set) var documents: [Key: BSONDocument] = [:]
    private var undo: [Undo] = []
    private(set) var term = 0
    /// Whether prices from 90 on are refused.
    var refuses = true
    var audit: (Key, _ old: BSONDocument?, _ new: BSONDocument) -> Void = { _, _, _ in }

    var undoable: Int { undo.count }

    func all(_ collection: StoreCollection) -> [String: BSONDocument] {
        var found: [String: BSONDocument] = [:]
        for (key, document) in documents where key.collection == collection { found[key.id] = document }
        return found
    }

    subscript(collection: StoreCollection, id: String) -> BSONDocument? {
        documents[Key(collection: collection, id: id)]
    }

    func put(_ collection: StoreCollection, _ id: String, _ document: BSONDocument) {
        let key = Key(collection: collection, id: id)
        audit(key, documents[key], document)
        undo.append(Undo(key: key, old: documents[key]))
        documents[key] = document
    }

    /// The validator comes before the index.
    func insert(_ collection: StoreCollection, _ document: BSONDocument) -> InsertAnswer {
        let id = document["_id"]?.string ?? ""
        if collection == .trades, refuses, document["p"]?.double ?? 0 >= 90 { return .refused(code: 121) }
        if self[collection, id] != nil { return .duplicate }
        put(collection, id, document)
        return .done
    }

    /// All but the first writes that no majority has are gone.
    func failover(keeping count: Int) {
        while undo.count > count {
            let last = undo.removeLast()
            documents[last.key] = last.old
        }
        term += 1
    }

    func majority() { undo.removeAll() }
}
