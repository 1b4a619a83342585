import Kafka
import TradeModel

extension ReplayEngine {
    /// Waits until everything handed over is acknowledged.
    ///
    /// - Returns: false if told to give up first.
    func flush() throws(ReplayError) -> Bool {
        lastSign = time.now()
        while outbox.delivery.acknowledged < outbox.delivery.published || !outbox.isEmpty {
            guard !givesUp() else { return false }
            try handOverRest()
            try awaitReports()
        }
        return true
    }

    /// Writes each stream's end marker to each partition and waits for the acknowledgements.
    ///
    /// - Parameter partitions: how many the topic has.
    /// - Returns: false if told to give up first.
    /// - Throws: ``ReplayError`` when the broker refuses one.
    func sendEndMarkers(partitions: Int) throws(ReplayError) -> Bool {
        for stream in streams {
            var value: [UInt8] = []
            EndMarker(stream: stream.stream, sequence: stream.sequence).append(to: &value)
            for partition in 0..<partitions {
                markers.append(EndMarkerRecord(partition: Int32(clamping: partition), value: value))
            }
        }
        lastSign = time.now()
        while markers.contains(where: { !$0.isAcknowledged }) {
            guard !givesUp() else { return false }
            for index in markers.indices where !markers[index].isAcknowledged && !markers[index].wasHandedOver {
                let value = markers[index].value
                var run = KafkaRecordRun()
                run.append(key: 0..<0, value: value.indices, header: 0..<0, timestamp: nil)
                let outcome = sink.produce(
                    run, partition: markers[index].partition, keys: nil, values: value.span, headers: nil,
                    token: EndMarkerRecord.firstToken + UInt(index)
                ).outcome
                if outcome == .queued { markers[index].wasHandedOver = true }
                if case .refused(let error) = outcome, sink.fatalError == nil {
                    throw .undelivered(records: 1, topic: place, error)
                }
            }
            try awaitReports()
        }
        return true
    }
}
