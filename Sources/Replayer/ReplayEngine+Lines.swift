import JSONText
import Kafka
import Tape
import TradeModel

extension ReplayEngine {
    /// Reads what a line holds; its trades are then in the decoder.
    func decode(_ line: TapeLine, of batch: TapeBatch) -> LineContent {
        switch line.kind {
        case .event: return .event
        case .text: return .text
        case .binary: return .binary
        case .frame:
            do throws(FrameError) {
                _ = try decoder.decode(batch.text.span.extracting(line.body))
            } catch {
                return .undecodable(error)
            }
            guard !decoder.trades.isEmpty || !decoder.rejections.isEmpty else { return .noTrades }
            var latest = Int64.min
            for index in decoder.trades.indices { latest = max(latest, decoder.trades[index].trade.time) }
            guard let rejection = decoder.rejections.first else {
                return .trades(latest: latest, rejected: 0, nil)
            }
            return .trades(latest: latest, rejected: decoder.rejections.count, rejection.error)
        }
    }

    /// Counts a line that is being played.
    func count(_ content: LineContent, _ line: TapeLine, _ batch: TapeBatch) {
        switch content {
        case .event: counts.events += 1
        case .text, .binary, .noTrades: counts.framesWithoutTrades += 1
        case .undecodable(let error):
            counts.rejectedFrames += 1
            noteRejection(error, line, batch)
        case .trades(_, let rejected, let error):
            guard let error else { return }
            counts.rejectedTrades += rejected
            noteRejection(error, line, batch)
        }
    }

    /// Publishes what is wanted of a line.
    func publish(
        _ line: TapeLine, _ content: LineContent, number: Int, of batch: TapeBatch, as name: String, paced: Int64,
        keeps: Bool
    ) throws(ReplayError) -> Turn {
        switch settings.form {
        case .trades:
            guard case .trades = content, !decoder.trades.isEmpty else { return .onward }
            header.begin(stream: name, line, shift: settings.naming.shift)
            return try publishTrades(of: line, number: number, batch, paced: paced, keeps: keeps)
        case .frames:
            if line.kind == .binary, !batch.isTextOpcode(line) { return .onward }
            let symbol = symbols.number(of: "*")
            let record = FlightLog.Record(
                batch: flight.currentBatch, line: Int32(truncatingIfNeeded: number), index: 0,
                start: UInt32(truncatingIfNeeded: line.body.lowerBound),
                end: UInt32(truncatingIfNeeded: line.body.upperBound), symbol: Int32(truncatingIfNeeded: symbol),
                timestamp: timestamp(of: line, trade: content.latestTrade.flatMap { $0 == .min ? nil : $0 }))
            return try publish(record, paced: paced, batch, keeps: keeps)
        }
    }

    private func publishTrades(
        of line: TapeLine, number: Int, _ batch: TapeBatch, paced: Int64, keeps: Bool
    ) throws(ReplayError) -> Turn {
        let offset = line.body.lowerBound
        var skipped: Int32 = -1
        if let partial, partial.line == ReplayMark(stream: batch.header.stream, sequence: line.sequence) {
            skipped = partial.records - 1
            self.partial = nil
        }
        for position in decoder.trades.indices {
            let index = decoder.trades[position].index
            if index <= skipped { continue }
            let symbol = symbols.number(of: decoder.trades[position].trade.symbol)
            guard symbols.entries[symbol].isWanted else {
                counts.filteredTrades += 1
                continue
            }
            let range = decoder.trades[position].range
            let record = FlightLog.Record(
                batch: flight.currentBatch, line: Int32(truncatingIfNeeded: number), index: index,
                start: UInt32(truncatingIfNeeded: offset + range.lowerBound),
                end: UInt32(truncatingIfNeeded: offset + range.upperBound),
                symbol: Int32(truncatingIfNeeded: symbol),
                timestamp: timestamp(of: line, trade: decoder.trades[position].trade.time))
            let turn = try publish(record, paced: paced, batch, keeps: keeps)
            guard turn == .onward else { return turn }
        }
        return .onward
    }

    private func publish(
        _ record: FlightLog.Record, paced: Int64, _ batch: TapeBatch, keeps: Bool
    ) throws(ReplayError) -> Turn {
        if case .perSecond = state.speed {
            let turn = try awaitTurn(of: paced)
            guard turn == .onward else { return turn }
        }
        guard !givesUp() else { return .stopped }
        guard keeps else {
            drop(record)
            state.countRecord()
            return .onward
        }
        flight.add(record)
        if let keeper, flight.end > keeper.allowed { try keeper.keep(self) }
        if settings.form == .trades { header.render(index: record.index) }
        guard try handOver(batch) else { return .stopped }
        // The deadline as it is now: time for which the sink held the clock is no lateness.
        if !state.isPaused, let deadline = state.deadline(of: paced) {
            lateness.add(Int64(clamping: Int128(time.now()) - deadline))
        }
        state.countRecord()
        return .onward
    }

    /// Counts a record that is thrown away.
    func drop(_ record: FlightLog.Record) {
        symbols.countDropped(Int(record.symbol))
        delivery.dropped += 1
    }

    private func timestamp(of line: TapeLine, trade: Int64?) -> Int64? {
        switch settings.timestamp {
        case .publish: nil
        case .receive: (line.receive + settings.naming.shift) / 1_000_000
        case .trade: (trade ?? line.receive / 1_000_000) + settings.naming.shiftMilliseconds
        }
    }

    private func noteRejection(_ error: FrameError, _ line: TapeLine, _ batch: TapeBatch) {
        guard counts.firstRejection == nil else { return }
        counts.firstRejection = "\(batch.path): seq \(line.sequence): \(error)"
        log.say(
            .warning, "rejected",
            ["tape": .string(batch.path), "seq": .int(line.sequence), "reason": .string("\(error)")])
    }
}
