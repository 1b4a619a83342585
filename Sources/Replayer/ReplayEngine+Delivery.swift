import JSONText
import Kafka
import Tape

extension ReplayEngine {
    /// Hands over the record added last.
    ///
    /// - Returns: false if told to give up first.
    func handOver(_ batch: TapeBatch, _ header: HeaderRenderer) throws(ReplayError) -> Bool {
        let token = flight.end - 1
        guard cursor == token, !flight.isFull, let record = flight[token],
            offer(record, of: batch, header) == .queued
        else { return try pump() }
        sinceDrain += 1
        if sinceDrain >= Self.drainInterval { try houseKeep() }
        return true
    }

    /// Hands over all that waits, the clock held while the sink takes nothing.
    ///
    /// - Returns: false if told to give up first.
    func pump() throws(ReplayError) -> Bool {
        let start = time.now()
        defer { hold(since: start) }
        lastSign = max(lastSign, delivery.published == delivery.acknowledged ? start : lastSign)
        while cursor < flight.end {
            guard !givesUp() else { return false }
            try handOverRest()
            if cursor < flight.end { try awaitReports() }
        }
        return true
    }

    /// Hands over what waits until the sink takes no more.
    func handOverRest() throws(ReplayError) {
        var header = HeaderRenderer()
        while cursor < flight.end {
            guard let record = flight[cursor], !record.isAcknowledged else {
                cursor = max(cursor + 1, flight.first)  // acknowledged before the sink died
                continue
            }
            guard !flight.isFull || record.wasHandedOver || cursor == flight.first else { return }
            let batch = flight.batch(record.batch)
            header.begin(stream: batch.header.stream, batch.lines[Int(record.line)])
            header.render(index: record.index)
            switch offer(record, of: batch, header) {
            case .queued: continue
            case .queueFull: return
            case .refused(let error):
                guard sink.fatalError != nil else { throw .undelivered(records: 1, topic: place, error) }
                try restartSink()
            }
        }
    }

    private func offer(
        _ record: FlightLog.Record, of batch: TapeBatch, _ header: HeaderRenderer
    ) -> KafkaProducer.Outcome {
        let token = UInt(bitPattern: cursor + 1)
        let outcome: KafkaProducer.Outcome
        switch form {
        case .trades:
            let key = symbols.entries[Int(record.symbol)].key
            outcome = sink.produce(
                partition: nil, key: key.span,
                value: batch.text.span.extracting(Int(record.start)..<Int(record.end)), header: header.bytes.span,
                token: token)
        case .frames:
            // Without a key only one partition keeps the order.
            outcome = offerFrame(of: record, batch) { value in
                sink.produce(partition: 0, key: nil, value: value, header: nil, token: token)
            }
        }
        guard outcome == .queued else { return outcome }
        if !record.wasHandedOver {
            flight.markHandedOver(cursor)
            symbols.countPublished(Int(record.symbol))
            delivery.published += 1
        }
        cursor += 1
        return outcome
    }

    /// Takes reports in; restarts the sink if it has become useless.
    func drain(timeout: Duration) throws(ReplayError) {
        sinceDrain = 0
        reports.removeAll(keepingCapacity: true)
        _ = sink.drain(into: &reports, timeout: timeout)
        let isDead = sink.fatalError != nil
        apply(isDead: isDead)
        if isDead { return try restartSink() }
        if let first = delivery.firstRefusal {
            throw .undelivered(records: delivery.refused, topic: place, first)
        }
    }

    /// Counts what came; what a dead sink reports as failed is handed over again and counts for nothing.
    private func apply(isDead: Bool) {
        var isAlive = false
        for report in reports {
            if report.isAcknowledged {
                isAlive = true
                acknowledge(report.token)
            } else if isDead {
                if report.persistence == .possibly { delivery.possibleDuplicates += 1 }
            } else if let error = report.error {
                delivery.refused += 1
                if delivery.firstRefusal == nil { delivery.firstRefusal = error }
            }
        }
        guard isAlive else { return }
        delivery.restartsInARow = 0
        lastSign = time.now()
    }

    private func acknowledge(_ token: UInt) {
        if token >= EndMarkerRecord.firstToken {
            markers[Int(token - EndMarkerRecord.firstToken)].isAcknowledged = true
        } else if let symbol = flight.acknowledge(Int(bitPattern: token) - 1) {
            symbols.countAcknowledged(symbol)
            delivery.acknowledged += 1
        }
    }

    /// After a fatal error: what is not acknowledged from the watermark on will be handed over again, in order.
    private func restartSink() throws(ReplayError) {
        guard let fatal = sink.fatalError else { return }
        delivery.restarts += 1
        delivery.restartsInARow += 1
        log.say(
            .warning, "producer-restarted",
            ["place": .string(place), "cause": .string(fatal.description), "outstanding": JSONValue(flight.count)])
        guard delivery.restartsInARow <= 3 else { throw .producerKeepsFailing(fatal) }
        reports.removeAll(keepingCapacity: true)
        do throws(KafkaError) {
            try sink.restart(into: &reports)
        } catch {
            throw .kafka(error)
        }
        apply(isDead: true)
        cursor = flight.first
        for index in markers.indices { markers[index].wasHandedOver = false }
    }
}
