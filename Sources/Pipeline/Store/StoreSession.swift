import Mongo

/// The store with patience: what it returns is done, durably, or the run cannot go on.
struct StoreSession: Sendable {
    let store: any PipelineStore
    let patience: StorePatience

    /// Inserts documents, each until it has an answer.
    ///
    /// - Returns: answers, counted over all buffers.
    func insert(_ documents: [DocumentBuffer], into collection: StoreCollection) throws(StoreFault) -> [InsertAnswer] {
        let count = documents.reduce(0) { $0 + $1.count }
        guard count > 0 else { return [] }
        var answers = [InsertAnswer](repeating: .done, count: count)
        var pending = Array(0..<count)
        let start = patience.now()
        var attempt = 0
        while true {
            let outcome = store.insert(documents, pending: pending, into: collection)
            var open: [Int] = []
            for (place, number) in pending.enumerated() {
                if let answer = outcome.answers[place] { answers[number] = answer } else { open.append(number) }
            }
            if open.isEmpty { return answers }
            // An attempt that got somewhere starts the back-off anew.
            attempt = open.count < pending.count ? 1 : attempt + 1
            pending = open
            try patience.wait(
                after: attempt, since: start, outcome.fault ?? .retry(kind: "unknown", message: "no answer"))
        }
    }

    /// Runs an operation that is done as a whole or not.
    func run<R>(_ operation: (any PipelineStore) throws(StoreFault) -> R) throws(StoreFault) -> R {
        try patience.repeating { () throws(StoreFault) in try operation(store) }
    }

    /// The documents with these `_id`s, by `_id`.
    func documents(in collection: StoreCollection, ids: [String]) throws(StoreFault) -> [String: BSONDocument] {
        var found: [String: BSONDocument] = [:]
        var start = 0
        while start < ids.count {
            let slice = Array(ids[start..<min(start + 1_000, ids.count)])
            for document in try run({ store throws(StoreFault) in try store.documents(in: collection, ids: slice) }) {
                if let id = document["_id"]?.string { found[id] = document }
            }
            start += slice.count
        }
        return found
    }
}
