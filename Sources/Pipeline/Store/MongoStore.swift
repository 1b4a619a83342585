import Mongo

/// The store in MongoDB: documents, collections and indexes of pipeline.md, section 3.
///
/// Every call is one attempt; write concern and read preference are the `Mongo` target's.
struct MongoStore: PipelineStore {
    let pool: MongoPool

    func collection(_ collection: StoreCollection) -> MongoCollection { pool.collection(collection.rawValue) }

    /// One attempt, with its error sorted by what it means for the run.
    func attempt<R>(_ body: () throws(MongoError) -> R) throws(StoreFault) -> R {
        do throws(MongoError) {
            return try body()
        } catch {
            throw StoreFault(error)
        }
    }

    func insert(_ documents: [DocumentBuffer], pending: [Int], into collection: StoreCollection) -> BulkAttempt {
        var answers = [InsertAnswer?](repeating: nil, count: pending.count)
        do throws(MongoError) {
            let outcome = try self.collection(collection).insertMany(
                documents.map { BSONSequence(trusted: $0.bytes, ends: $0.ends) }, only: pending)
            var undone: MongoError.Kind?
            if outcome.writeConcernError == nil {
                for place in answers.indices { answers[place] = .done }
            }
            for failure in outcome.failures {
                switch failure.kind {
                case .duplicateKey: answers[failure.index] = outcome.writeConcernError == nil ? .duplicate : nil
                case .rejectedDocument: answers[failure.index] = .refused(code: Int(failure.code))
                default:
                    answers[failure.index] = nil
                    undone = failure.kind
                    if !failure.kind.isRetriable {
                        let error = MongoError(
                            kind: failure.kind, code: failure.code, operation: "insert into \(collection.rawValue)",
                            hosts: pool.hosts, message: failure.message)
                        return BulkAttempt(answers: answers, fault: .fatal(error.description))
                    }
                }
            }
            if let error = outcome.writeConcernError { return BulkAttempt(answers: answers, fault: StoreFault(error)) }
            if let undone {
                return BulkAttempt(
                    answers: answers,
                    fault: .retry(kind: undone.rawValue, message: "MongoDB did not write all of \(collection.rawValue)")
                )
            }
            return BulkAttempt(answers: answers, fault: nil)
        } catch {
            return BulkAttempt(answers: answers, fault: StoreFault(error))
        }
    }

    func setFlags(_ flags: [TradeFlagUpdate]) throws(StoreFault) {
        try update(
            .trades,
            flags.map { MongoUpdate(filter: ["_id": .string($0.id)], change: ["$set": ["flag": .string($0.flag)]]) })
    }

    func upsertStates(_ states: [StateDocument]) throws(StoreFault) {
        try update(
            .states,
            states.map {
                MongoUpdate(
                    filter: ["_id": .string($0.id), "of": ["$lt": .int64($0.offset)]], change: $0.document, upsert: true
                )
            })
    }

    /// Unordered updates; a duplicate key is an upsert whose document is already further, which is done.
    private func update(_ collection: StoreCollection, _ updates: [MongoUpdate]) throws(StoreFault) {
        guard !updates.isEmpty else { return }
        let outcome = try attempt { () throws(MongoError) in try self.collection(collection).bulkUpdate(updates) }
        if let error = outcome.writeConcernError { throw StoreFault(error) }
        for failure in outcome.failures where failure.kind != .duplicateKey {
            throw StoreFault(
                MongoError(
                    kind: failure.kind, code: failure.code, operation: "update in \(collection.rawValue)",
                    hosts: pool.hosts, message: failure.message))
        }
    }

    func publish(latest: [BSONDocument]) throws(StoreFault) {
        let updates = latest.map { document in
            MongoUpdate(
                filter: ["_id": document["_id"] ?? .null, "of": ["$lt": document["of"] ?? .null]], change: document,
                upsert: true)
        }
        try update(.latest, updates)
    }
}

extension StoreFault {
    /// The class of pipeline.md, section 6, as what to do about it.
    init(_ error: MongoError) {
        self =
            error.isRetriable
            ? .retry(kind: error.kind.rawValue, message: error.description) : .fatal(error.description)
    }
}
