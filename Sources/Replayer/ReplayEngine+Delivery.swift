import JSONText
import Kafka
import Tape

extension ReplayEngine {
    /// Hands over the record added last.
    ///
    /// - Returns: false if told to give up first.
    func handOver() throws(ReplayError) -> Bool {
        guard outbox.flight.end - outbox.cursor == 1 else { return try pump() }
        if outbox.flight.isFull {
            if try refuseOverload() { return true }
            return try pump()
        }
        switch outbox.offer(to: sink) {
        case .queued:
            outbox.sinceDrain += 1
            if outbox.wantsDrain { try houseKeep() }
            return true
        case .queueFull: if try refuseOverload() { return true }
        case .refused: break
        }
        return try pump()
    }

    /// Applies the policy for a full queue to the record added last, while there is a pace to keep.
    ///
    /// - Returns: whether the record is done with.
    private func refuseOverload() throws(ReplayError) -> Bool {
        // Nothing is overloaded where nothing has to be in time.
        guard settings.overload != .slow, state.speed != .maximum, !state.isPaused else { return false }
        // What is known meanwhile may have made room.
        try drain(timeout: .zero)
        guard outbox.flight.end - outbox.cursor == 1 else { return false }
        if !outbox.flight.isFull, case .queued = outbox.offer(to: sink) { return true }
        guard sink.fatalError == nil else { return false }
        guard settings.overload == .drop else { throw .overloaded(topic: place) }
        outbox.dropNext()
        return true
    }

    /// Waits until more records may be on their way at top speed.
    ///
    /// - Returns: false if told to give up first.
    func awaitRoom() throws(ReplayError) -> Bool {
        while outbox.room <= 0 {
            guard !givesUp() else { return false }
            try awaitReports()
            if !outbox.isEmpty, try !pump() { return false }
        }
        return true
    }

    /// Hands over all that waits, the clock held while the sink takes nothing.
    ///
    /// - Returns: false if told to give up first.
    func pump() throws(ReplayError) -> Bool {
        let start = time.now()
        defer { hold(since: start) }
        if outbox.delivery.published == outbox.delivery.acknowledged { lastSign = max(lastSign, start) }
        while !outbox.isEmpty {
            guard !givesUp() else { return false }
            try handOverRest()
            if !outbox.isEmpty { try awaitReports() }
        }
        return true
    }

    /// Hands over what waits until the sink takes no more.
    func handOverRest() throws(ReplayError) {
        while outbox.skipAcknowledged() {
            if outbox.flight.isFull, outbox.cursor != outbox.flight.first,
                !outbox.flight.wasHandedOver(outbox.cursor)
            {
                return
            }
            switch outbox.offer(to: sink) {
            case .queued: continue
            case .queueFull: return
            case .refused(let error):
                guard sink.fatalError != nil else { throw .undelivered(records: 1, topic: place, error) }
                try restartSink()
            }
        }
    }

    /// Takes reports in; restarts the sink if it has become useless.
    func drain(timeout: Duration) throws(ReplayError) {
        outbox.sinceDrain = 0
        reports.removeAll(keepingCapacity: true)
        _ = sink.drain(into: &reports, timeout: timeout)
        let isDead = sink.fatalError != nil
        apply(isDead: isDead)
        if isDead { return try restartSink() }
        if let first = outbox.delivery.firstRefusal {
            throw .undelivered(records: outbox.delivery.refused, topic: place, first)
        }
    }

    /// Counts what came; what a dead sink reports as failed is handed over again and counts for nothing.
    private func apply(isDead: Bool) {
        var isAlive = outbox.acknowledge(reports)
        for report in reports where !report.isAcknowledged || report.token >= EndMarkerRecord.firstToken {
            if report.isAcknowledged {
                isAlive = true
                markers[Int(report.token - EndMarkerRecord.firstToken)].isAcknowledged = true
            } else if isDead {
                if report.persistence == .possibly { outbox.delivery.possibleDuplicates += 1 }
            } else if let error = report.error {
                outbox.delivery.refused += 1
                if outbox.delivery.firstRefusal == nil { outbox.delivery.firstRefusal = error }
            }
        }
        guard isAlive else { return }
        outbox.delivery.restartsInARow = 0
        lastSign = time.now()
    }

    /// After a fatal error: what is not acknowledged from the watermark on will be handed over again, in order.
    private func restartSink() throws(ReplayError) {
        guard let fatal = sink.fatalError else { return }
        outbox.delivery.restarts += 1
        outbox.delivery.restartsInARow += 1
        log.say(
            .warning, "producer-restarted",
            [
                "place": .string(place), "cause": .string(fatal.description),
                "outstanding": JSONValue(outbox.flight.count),
            ])
        guard outbox.delivery.restartsInARow <= 3 else { throw .producerKeepsFailing(fatal) }
        reports.removeAll(keepingCapacity: true)
        do throws(KafkaError) {
            try sink.restart(into: &reports)
        } catch {
            throw .kafka(error)
        }
        apply(isDead: true)
        outbox.rewind()
        for index in markers.indices { markers[index].wasHandedOver = false }
    }
}
