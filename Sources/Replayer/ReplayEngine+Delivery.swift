import JSONText
import Kafka
import Tape

extension ReplayEngine {
    /// Hands over the record added last, for which the header is rendered.
    ///
    /// - Returns: false if told to give up first.
    func handOver(_ batch: TapeBatch) throws(ReplayError) -> Bool {
        let token = flight.end - 1
        if cursor == token, !flight.isFull, let record = flight[token] {
            switch offer(record, of: batch) {
            case .queued:
                sinceDrain += 1
                if sinceDrain >= Self.drainInterval { try houseKeep() }
                return true
            case .queueFull: if try refuseOverload(token, record, batch) { return true }
            case .refused: break
            }
        } else if flight.isFull, cursor == token, let record = flight[token], try refuseOverload(token, record, batch) {
            return true
        }
        return try pump()
    }

    /// Applies the policy for a full queue while there is a pace to keep.
    ///
    /// - Returns: whether the record is done with.
    private func refuseOverload(
        _ token: Int, _ record: FlightLog.Record, _ batch: TapeBatch
    ) throws(ReplayError) -> Bool {
        // Nothing is overloaded where nothing has to be in time.
        guard settings.overload != .slow, state.speed != .maximum, !state.isPaused else { return false }
        // What is known meanwhile may have made room.
        try drain(timeout: .zero)
        if !flight.isFull, offer(record, of: batch) == .queued { return true }
        guard sink.fatalError == nil, cursor == token else { return false }
        guard settings.overload == .drop else { throw .overloaded(topic: place) }
        drop(record)
        flight.discard(token)
        cursor = token + 1
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
        while cursor < flight.end {
            guard let record = flight[cursor], !record.isAcknowledged else {
                cursor = max(cursor + 1, flight.first)  // acknowledged before the sink died
                continue
            }
            guard !flight.isFull || record.wasHandedOver || cursor == flight.first else { return }
            let leaf = flight.leaf(record.batch)
            if settings.form == .trades {
                header.begin(stream: leaf.stream, leaf.batch.lines[Int(record.line)], shift: settings.naming.shift)
                header.render(index: record.index)
            }
            switch offer(record, of: leaf.batch) {
            case .queued: continue
            case .queueFull: return
            case .refused(let error):
                guard sink.fatalError != nil else { throw .undelivered(records: 1, topic: place, error) }
                try restartSink()
            }
        }
    }

    private func offer(_ record: FlightLog.Record, of batch: TapeBatch) -> KafkaProducer.Outcome {
        let range = Int(record.start)..<Int(record.end)
        let token = UInt(bitPattern: cursor + 1)
        let outcome: KafkaProducer.Outcome
        if settings.form == .trades {
            let key = symbols.entries[Int(record.symbol)].key
            if settings.naming.shift == 0 {
                outcome = sink.produce(
                    partition: nil, key: key.span, value: batch.text.span.extracting(range),
                    header: header.bytes.span, timestamp: record.timestamp, token: token)
            } else {
                scratch.removeAll(keepingCapacity: true)
                shifter.append(
                    trade: batch.text.span.extracting(range), by: settings.naming.shiftMilliseconds, to: &scratch)
                outcome = sink.produce(
                    partition: nil, key: key.span, value: scratch.span, header: header.bytes.span,
                    timestamp: record.timestamp, token: token)
            }
        } else {
            fillScratch(with: batch.lines[Int(record.line)], of: batch)
            outcome = sink.produce(
                partition: 0, key: nil, value: scratch.span, header: nil, timestamp: record.timestamp, token: token)
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

    /// Puts a whole message into `scratch`, its trade times moved.
    private func fillScratch(with line: TapeLine, of batch: TapeBatch) {
        scratch.removeAll(keepingCapacity: true)
        if line.kind == .frame {
            let frame = batch.text.span.extracting(line.body)
            if settings.naming.shift == 0 {
                frame.withUnsafeBufferPointer { scratch.append(contentsOf: $0) }
            } else {
                shifter.append(frame: frame, by: settings.naming.shiftMilliseconds, to: &scratch)
            }
        } else if let message = try? batch.message(line) {
            scratch += message
        }
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
                noteOffset(report)
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

    private func noteOffset(_ report: KafkaDeliveryReport) {
        guard (0..<100_000).contains(report.partition) else { return }
        let partition = Int(report.partition)
        while partitionEnds.count <= partition { partitionEnds.append(0) }
        partitionEnds[partition] = max(partitionEnds[partition], report.offset + 1)
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
