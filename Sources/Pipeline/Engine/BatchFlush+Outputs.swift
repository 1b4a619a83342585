import Mongo

extension BatchFlush {
    /// A record, or a trade of one, that MongoDB refuses.
    struct Refusal: Sendable {
        var entry: Batch.Entry
        var reason: DeadLetterReason
        var detail: String
    }

    /// Step 1: trades without flags, and dead letters.
    ///
    /// - Returns: what was refused, by item.
    func writeTrades(_ items: [FlushItem], _ tally: inout Tally) throws -> [[Refusal]] {
        let buffers = items.map(\.batch.trades)
        let count = buffers.reduce(0) { $0 + $1.count }
        if failPoints.isArmed(.midOutputs, at: items.compactMap(\.batch.lastOffset).max()), count > 0 {
            _ = session.store.insert(buffers, pending: Array(0..<(count + 1) / 2), into: .trades)
            failPoints.pass(.midOutputs, at: .max)
        }
        var answers = try session.insert(buffers, into: .trades)
        for answer in try session.insert(items.map(\.batch.dead), into: .deadLetters) {
            if case .refused(let code) = answer {
                throw PipelineError(
                    .store,
                    "MongoDB refuses a dead letter (code \(code)): remove the foreign validator of dead_letters")
            }
        }
        var refusals = [[Refusal]](repeating: [], count: items.count)
        var suspects = try settle(buffers, &answers, in: .trades)
        tally.tradesInserted += answers.count { $0 == .done }
        tally.tradesPresent += answers.count { $0 == .duplicate }
        suspects.sort { $0.number < $1.number }
        for suspect in suspects {
            let (item, place) = Self.place(of: suspect.number, in: buffers)
            let id = suspect.document["_id"]?.string ?? ""
            let refusal: Refusal
            if case .refused(let code) = answers[suspect.number] {
                refusal = Refusal(
                    entry: items[item].batch.entries[place], reason: .storeRejected,
                    detail: "MongoDB refuses the trade with code \(code)")
            } else {
                tally.tradesPresent -= 1
                refusal = Refusal(
                    entry: items[item].batch.entries[place], reason: .identityConflict,
                    detail: "\(id) is stored with other content")
            }
            refusals[item].append(refusal)
        }
        return refusals
    }

    /// Refused: the dead letters of those records, nothing else.
    func writeRefusals(_ refusals: [Refusal], of item: FlushItem) throws {
        var letters = DocumentBuffer()
        for refusal in refusals {
            letters.append(
                DeadLetterDocument.make(
                    item.batch.records[Int(refusal.entry.record)], topic: item.claim.topic, part: refusal.entry.part,
                    reason: refusal.reason, detail: refusal.detail, version: item.claim.version, at: now()
                ).bytes)
        }
        for answer in try session.insert([letters], into: .deadLetters) {
            if case .refused(let code) = answer {
                throw PipelineError(
                    .store,
                    "MongoDB refuses a dead letter (code \(code)): remove the foreign validator of dead_letters")
            }
        }
        failPoints.pass(.afterDeadLetter, at: item.batch.lastOffset)
    }

    /// Step 2: predictions, and the flags that the batches have.
    ///
    /// - Returns: indices of the items whose claim turned out to be somebody else's.
    func writePredictions(_ items: [FlushItem], _ tally: inout Tally) throws -> [Int] {
        let buffers = items.map(\.batch.predictions)
        var answers = try session.insert(buffers, into: .predictions)
        let flags = items.flatMap(\.batch.flags)
        if !flags.isEmpty { try session.run { store throws(StoreFault) in try store.setFlags(flags) } }
        let suspects = try settle(buffers, &answers, in: .predictions)
        tally.predictionsInserted += answers.count { $0 == .done }
        tally.predictionsPresent += answers.count { $0 == .duplicate }
        var fenced: Set<Int> = []
        for suspect in suspects {
            let (item, _) = Self.place(of: suspect.number, in: buffers)
            let claim = items[item].claim
            let id = suspect.document["_id"]?.string ?? ""
            if case .refused(let code) = answers[suspect.number] {
                throw PipelineError(
                    .store,
                    "MongoDB refuses prediction \(id) (code \(code)): remove the foreign validator of predictions")
            }
            if claim.hasGaps {
                tally.kept += 1
                continue
            }
            let mine = try session.run { store throws(StoreFault) in
                try store.renew(claim.checkpoint, epoch: claim.epoch, at: now())
            }
            guard mine != nil else {
                fenced.insert(item)
                continue
            }
            throw PipelineError(
                .nondeterminism,
                "prediction \(id) is stored with other content than was computed now: this is a defect of tapedeck, or "
                    + "someone edited the database; keep both and report it")
        }
        return fenced.sorted()
    }

    /// Compares what is stored with what was to be stored, where the answer was not plainly "done".
    ///
    /// - Returns: numbers and documents that are stored differently, or refused and not stored.
    private func settle(
        _ buffers: [DocumentBuffer], _ answers: inout [InsertAnswer], in collection: StoreCollection
    ) throws -> [(number: Int, document: BSONDocument)] {
        var suspects: [(number: Int, document: BSONDocument)] = []
        var open = answers.indices.filter { answers[$0] != .done }
        while !open.isEmpty {
            var ours: [(number: Int, document: BSONDocument)] = []
            for number in open {
                let (buffer, place) = Self.place(of: number, in: buffers)
                ours.append((number, try BSONDocument(validating: buffers[buffer].document(place))))
            }
            let stored = try session.documents(in: collection, ids: ours.map { $0.document["_id"]?.string ?? "" })
            var vanished = DocumentBuffer()
            var again: [Int] = []
            for (number, document) in ours {
                if let there = stored[document["_id"]?.string ?? ""] {
                    if there.without(Self.uncompared) == document.without(Self.uncompared) {
                        answers[number] = .duplicate
                    } else {
                        suspects.append((number, document))
                    }
                } else if answers[number] == .duplicate {
                    // Present a moment ago, gone now (retention): it goes in again.
                    vanished.append(document.bytes)
                    again.append(number)
                } else {
                    suspects.append((number, document))
                }
            }
            for (number, answer) in zip(again, try session.insert([vanished], into: collection)) {
                answers[number] = answer
            }
            open = again.filter { answers[$0] != .done }
        }
        return suspects
    }

    /// What may differ between two writings of the same output.
    private static let uncompared = ["flag", "at"]

    /// The buffer and the place in it of a document, counted over all buffers.
    private static func place(of number: Int, in buffers: [DocumentBuffer]) -> (buffer: Int, place: Int) {
        var rest = number
        for (index, buffer) in buffers.enumerated() {
            if rest < buffer.count { return (index, rest) }
            rest -= buffer.count
        }
        fatalError("document \(number) of a bulk that holds fewer")
    }
}
