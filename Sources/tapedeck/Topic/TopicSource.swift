import Kafka
import Tape
import TradeModel

/// A topic's records as an import takes them, and what became of those that it does not.
final class TopicSource {
    /// Which of a topic's records are meant.
    struct Choice {
        /// The stream; nil: the records that have none.
        let stream: String?
        /// The id of a stream of records without one.
        let name: String
    }

    /// Records that never reach the import.
    struct Counts {
        /// Records without a value.
        var tombstones: Int64 = 0
        /// What `replay --end-marker` writes.
        var endMarkers: Int64 = 0
        /// Records whose header `tape` is repeated or malformed.
        var badIdentities: Int64 = 0
    }

    let topic: String
    private let brokers: String
    private var snapshot: KafkaSnapshot
    private let context: CommandContext
    private var identity: RecordIdentity?
    private(set) var counts = Counts()

    /// Finds the topic and its ends.
    init(topic: String, _ context: CommandContext) throws(KafkaError) {
        self.topic = topic
        self.context = context
        let configuration = KafkaOptions.configuration(context.settings)
        brokers = configuration.brokers
        snapshot = try KafkaSnapshot(
            configuration: configuration, topic: topic, contact: context.settings[KafkaOptions.waitForServers],
            log: LibraryLogs.kafka(context.log, errors: .debug))
    }

    deinit { snapshot.close() }

    /// How the header of a tape, and messages, name it.
    var name: String { "kafka:\(topic)" }
    /// Offsets without a record.
    var gaps: Int64 { snapshot.gaps }
    /// Records that retention took before.
    var goneBefore: Int64 { snapshot.goneBefore }

    /// Finds out which records are meant: those asked for, else those of the only stream there is.
    ///
    /// - Parameters:
    ///   - stream: the stream, or with `isForeign` the id that records without one get.
    ///   - isForeign: take the records without a stream.
    ///   - preferred: streams of which one is meant if the topic has it.
    /// - Returns: which records are meant.
    /// - Throws: `CommandFailure` for a topic that holds nothing, or several streams; `TapeError`.
    func choose(stream: String?, isForeign: Bool, preferred: [String] = []) throws -> Choice {
        let letters = topic.map { $0 == "." || $0 == "_" ? "-" : $0 }
        let name = stream ?? "kafka-\(String(letters).prefix(58))"
        guard snapshot.size > 0 else {
            throw CommandFailure(
                "topic \(topic) at \(brokers) holds no record: publish to it first (replay, record --publish), or name"
                    + " another")
        }
        if isForeign { return Choice(stream: nil, name: name) }
        if let stream { return Choice(stream: stream, name: name) }
        let found = try survey()
        let known = found.filter { preferred.contains($0.name) }
        guard let only = known.count == 1 ? known.first : found.first, found.count == 1 || known.count == 1 else {
            let list = found.map { "\($0.name.isEmpty ? "without a stream" : $0.name): \($0.count)" }
            throw CommandFailure(
                found.isEmpty
                    ? "topic \(topic) at \(brokers) holds neither trades nor frames: name another"
                    : "topic \(topic) at \(brokers) holds several streams (\(list.joined(separator: ", "))): choose one"
                        + " with --stream ID, or the records without a stream with --foreign")
        }
        return Choice(stream: only.name.isEmpty ? nil : only.name, name: name)
    }

    /// The streams there are; the records are read once for that, and then again.
    private func survey() throws(TapeError) -> [TapeInfo.Count] {
        let found = try TapeImport.streams(of: partitions)
        do throws(KafkaError) {
            let again = try KafkaSnapshot(again: snapshot)
            snapshot.close()
            snapshot = again
        } catch {
            throw TapeError(.source(error.description), path: "")
        }
        counts = Counts()
        return found
    }

    /// Gives each partition's records in order.
    var partitions: [TapeImport.RecordSource] {
        (0..<snapshot.partitionCount).map(source)
    }

    private func source(_ partition: Int) -> TapeImport.RecordSource {
        // A function: Swift 6.3.1 crashes on the closure that would do.
        func read() throws(TapeError) -> ImportRecord? { try next(partition) }
        return read
    }

    private func next(_ partition: Int) throws(TapeError) -> ImportRecord? {
        do throws(KafkaError) {
            while let record = try snapshot.next(partition) {
                if snapshot.recordsRead % 1_024 == 0 {
                    context.progress.show(name, done: snapshot.recordsRead, total: snapshot.size, unit: "records")
                }
                if let taken = taken(record) { return taken }
            }
            return nil
        } catch {
            throw TapeError(.source(error.description), path: "")
        }
    }

    private func taken(_ record: KafkaRecord) -> ImportRecord? {
        guard let value = record.value else {
            counts.tombstones += 1
            return nil
        }
        let time = (record.timestamp ?? 0).multipliedReportingOverflow(by: 1_000_000)
        let timestamp = time.overflow || time.partialValue < 0 ? 0 : time.partialValue
        guard record.headerCount > 0 else {
            guard (try? EndMarker(parsing: value.span)) == nil else {
                counts.endMarkers += 1
                return nil
            }
            return ImportRecord(identity: nil, value: value, timestamp: timestamp)
        }
        guard record.headerCount == 1, let header = record.header,
            let parsed = try? RecordIdentity(parsing: header.span, after: identity)
        else {
            counts.badIdentities += 1
            return nil
        }
        identity = parsed
        return ImportRecord(identity: parsed, value: value, timestamp: timestamp)
    }
}
