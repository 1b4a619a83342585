import Kafka
import Tape

extension ReplayEngine {
    /// Hands a whole text frame over.
    func publishFrame(_ line: TapeLine, number: Int, _ batch: TapeBatch) throws(ReplayError) {
        switch line.kind {
        case .event: counts.events += 1
        case .binary: counts.framesWithoutTrades += 1
        case .frame, .text:
            if case .perSecond = speed {
                guard try waitUntilDue(Int128(flight.end) * 1_000_000_000) else { return }
            }
            guard !givesUp() else { return }
            flight.add(
                FlightLog.Record(
                    batch: flight.currentBatch, line: Int32(truncatingIfNeeded: number), index: 0,
                    start: UInt32(truncatingIfNeeded: line.body.lowerBound),
                    end: UInt32(truncatingIfNeeded: line.body.upperBound),
                    symbol: Int32(truncatingIfNeeded: symbols.number(of: ""))))
            _ = try handOver(batch, HeaderRenderer())
        }
    }

    /// Offers the bytes that came over the wire; those of a `text` line stand escaped in the batch.
    func offerFrame(
        of record: FlightLog.Record, _ batch: TapeBatch, _ produce: (Span<UInt8>) -> KafkaProducer.Outcome
    ) -> KafkaProducer.Outcome {
        let line = batch.lines[Int(record.line)]
        if line.kind == .text, let message = try? batch.message(line) { return produce(message.span) }
        return produce(batch.text.span.extracting(Int(record.start)..<Int(record.end)))
    }
}
