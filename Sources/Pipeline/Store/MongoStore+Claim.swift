import Mongo

extension MongoStore {
    func claim(_ claim: ClaimRequest, at milliseconds: Int64) throws(StoreFault) -> CheckpointDocument? {
        let filter: BSONDocument = [
            "_id": .string(claim.id), "cluster": .string(claim.cluster), "partitions": .int32(claim.partitions),
            "m": .string(claim.model), "schema": .int32(CheckpointDocument.schema),
        ]
        let first = CheckpointDocument(claim)
        let change: BSONDocument = [
            "$inc": ["epoch": 1], "$set": ["owner": .string(claim.owner), "at": .date(milliseconds)],
            "$setOnInsert": [
                "start_offset": .int64(first.startOffset), "next_offset": .int64(first.nextOffset), "marks": [:],
                "counts": .document(first.counts.document), "gaps": [],
            ],
        ]
        let taken: BSONDocument?
        do throws(MongoError) {
            taken = try collection(.checkpoints).findAndModify(filter, change, upsert: true, returnNew: true)
        } catch {
            if error.kind == .duplicateKey { return nil }
            throw StoreFault(error)
        }
        return try decode(taken)
    }

    func renew(_ id: String, epoch: Int64, at milliseconds: Int64) throws(StoreFault) -> CheckpointDocument? {
        try decode(
            try attempt { () throws(MongoError) in
                try collection(.checkpoints).findAndModify(
                    ["_id": .string(id), "epoch": .int64(epoch)], ["$set": ["at": .date(milliseconds)]])
            })
    }

    func acceptGap(
        _ id: String, epoch: Int64, from next: Int64, to low: Int64, at milliseconds: Int64
    ) throws(StoreFault) -> CheckpointDocument? {
        let gap = LogGap(from: next, to: low, at: milliseconds)
        let moved = try attempt { () throws(MongoError) in
            try collection(.checkpoints).findAndModify(
                ["_id": .string(id), "epoch": .int64(epoch), "next_offset": .int64(next)],
                [
                    "$set": ["next_offset": .int64(low), "at": .date(milliseconds)], "$unset": ["anchor": ""],
                    "$push": ["gaps": .document(gap.document)],
                ])
        }
        if let moved { return try decode(moved) }
        // An acknowledgement that was lost, or another owner: the epoch tells.
        return try renew(id, epoch: epoch, at: milliseconds)
    }

    func advance(_ checkpoint: CheckpointAdvance, at milliseconds: Int64) throws(StoreFault) -> Bool {
        var set = BSONDocument()
        set.append("next_offset", checkpoint.new)
        if let anchor = checkpoint.anchor { set.append("anchor", anchor.document) }
        set.append("marks", CheckpointDocument.document(of: checkpoint.marks))
        set.append("counts", checkpoint.counts.document)
        set.append("at", date: milliseconds)
        let change = BSONDocument([("$set", .document(set))])
        return try attempt { () throws(MongoError) in
            try collection(.checkpoints).updateOne(
                [
                    "_id": .string(checkpoint.id), "epoch": .int64(checkpoint.epoch),
                    "next_offset": .int64(checkpoint.old),
                ], change
            ).matched == 1
        }
    }

    func checkpoint(_ id: String) throws(StoreFault) -> CheckpointDocument? {
        try decode(
            try attempt { () throws(MongoError) in try collection(.checkpoints).findOne(["_id": .string(id)]) })
    }

    func states(of checkpoint: String) throws(StoreFault) -> [StateDocument] {
        let found = try attempt { () throws(MongoError) in
            try collection(.states).findAll(
                ["cp": .string(checkpoint)], MongoFindOptions(sort: ["_id": 1], hint: ["cp": 1]))
        }
        var states: [StateDocument] = []
        states.reserveCapacity(found.count)
        for document in found {
            do throws(BSONError) {
                states.append(try StateDocument(document))
            } catch {
                throw .fatal("state \(document["_id"]?.string ?? "") cannot be read: \(error)")
            }
        }
        return states
    }

    func refusals(topic: String, partition: Int32, from offset: Int64) throws(StoreFault) -> [KnownRefusal] {
        let first = DocumentIdentifier.record(topic: topic, partition: partition, offset: offset, index: nil)
        // "}" follows "|": every `_id` of the partition is below.
        let filter: BSONDocument = [
            "_id": ["$gte": .string(first), "$lt": .string("\(topic)|\(partition)}")],
            "reason": [
                "$in": [
                    .string(DeadLetterReason.identityConflict.rawValue),
                    .string(DeadLetterReason.storeRejected.rawValue),
                ]
            ],
        ]
        let found = try attempt { () throws(MongoError) in
            try collection(.deadLetters).findAll(
                filter, MongoFindOptions(sort: ["_id": 1], projection: ["reason": 1, "detail": 1]))
        }
        var refusals: [KnownRefusal] = []
        for document in found {
            do throws(BSONError) {
                if let refusal = try DeadLetterDocument.refusal(document) { refusals.append(refusal) }
            } catch {
                throw .fatal("dead letter \(document["_id"]?.string ?? "") cannot be read: \(error)")
            }
        }
        return refusals
    }

    func documents(in collection: StoreCollection, ids: [String]) throws(StoreFault) -> [BSONDocument] {
        guard !ids.isEmpty else { return [] }
        return try attempt { () throws(MongoError) in
            try self.collection(collection).findAll(["_id": ["$in": .array(ids.map { .string($0) })]])
        }
    }

    func otherGroup(than group: String, model: String) throws(StoreFault) -> String? {
        let all = try attempt { () throws(MongoError) in
            try collection(.checkpoints).findAll(["m": .string(model)], MongoFindOptions(projection: ["_id": 1]))
        }
        return all.compactMap { $0["_id"]?.string }.map(Self.group(of:)).first { $0 != group }
    }

    /// The group of a checkpoint's `_id`; a group's name may hold bars, topic and partition may not.
    static func group(of id: String) -> String {
        id.split(separator: "|", omittingEmptySubsequences: false).dropLast(2).joined(separator: "|")
    }

    private func decode(_ document: BSONDocument?) throws(StoreFault) -> CheckpointDocument? {
        guard let document else { return nil }
        do throws(BSONError) {
            return try CheckpointDocument(document)
        } catch {
            throw .fatal("checkpoint \(document["_id"]?.string ?? "") cannot be read: \(error)")
        }
    }
}
