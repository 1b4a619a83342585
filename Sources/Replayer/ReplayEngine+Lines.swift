import JSONText
import Kafka
import Tape
import TradeModel

extension ReplayEngine {
    /// Counts a line that is being played.
    func count(_ line: PreparedBatch.Line, _ tapeLine: TapeLine, _ batch: TapeBatch) {
        counts.filteredTrades += line.filtered
        switch line.content {
        case .event: counts.events += 1
        case .message, .noTrades: counts.framesWithoutTrades += 1
        case .undecodable(let error):
            counts.rejectedFrames += 1
            noteRejection(error, tapeLine, batch)
        case .trades(_, let rejected, let error):
            guard let error else { return }
            counts.rejectedTrades += rejected
            noteRejection(error, tapeLine, batch)
        }
    }

    /// Publishes the records of a line.
    func publish(
        _ line: PreparedBatch.Line, _ tapeLine: TapeLine, of batch: PreparedBatch, paced: Int64, keeps: Bool
    ) throws(ReplayError) -> Turn {
        var records = line.records
        if let partial, partial.line == ReplayMark(stream: batch.batch.header.stream, sequence: tapeLine.sequence) {
            self.partial = nil
            while let first = records.first, batch.records[first].index < partial.records { records.removeFirst() }
        }
        while let next = records.first {
            if keeps, state.isFree {
                guard try awaitRoom() else { return .stopped }
                let count = records.count
                outbox.rush(&records, limit: keeper?.allowed ?? .max, to: sink)
                state.countRecords(count - records.count)
                if !outbox.isEmpty, try !pump() { return .stopped }
                if outbox.wantsDrain { try houseKeep() }
                if count > records.count { continue }
            }
            let turn = try publish(next, of: batch, paced: paced, keeps: keeps)
            guard turn == .onward else { return turn }
            records.removeFirst()
        }
        return .onward
    }

    private func publish(
        _ record: Int, of batch: PreparedBatch, paced: Int64, keeps: Bool
    ) throws(ReplayError) -> Turn {
        if case .perSecond = state.speed {
            let turn = try awaitTurn(of: paced)
            guard turn == .onward else { return turn }
        }
        guard !givesUp() else { return .stopped }
        guard keeps else {
            outbox.drop(batch.records[record], of: batch)
            state.countRecords()
            return .onward
        }
        outbox.add(record)
        if let keeper, outbox.flight.end > keeper.allowed { try keeper.keep(self) }
        guard try handOver() else { return .stopped }
        // The deadline as it is now: time for which the sink held the clock is no lateness.
        if !state.isPaused, let deadline = state.deadline(of: paced) {
            lateness.add(Int64(clamping: Int128(time.now()) - deadline))
        }
        state.countRecords()
        return .onward
    }

    private func noteRejection(_ error: FrameError, _ line: TapeLine, _ batch: TapeBatch) {
        guard counts.firstRejection == nil else { return }
        counts.firstRejection = "\(batch.path): seq \(line.sequence): \(error)"
        log.say(
            .warning, "rejected",
            ["tape": .string(batch.path), "seq": .int(line.sequence), "reason": .string("\(error)")])
    }
}
