import Diagnostics
import Foundation
import JSONText
import Kafka
import Replayer
import Synchronization
import Tape

/// Publishes what is on the tape to Kafka, on a thread of its own.
///
/// While it keeps up, frames come from memory; what found no room there, and what earlier runs left, is read from the
/// tape. The capture never waits for it. The watermark file says where a later run has to go on.
final class TapePublisher: Sendable {
    private let configuration: PublishConfiguration
    private let folder: TapeFolder
    private let header: TapeHeader
    private let feed: PublishFeed
    private let watermark: PublishWatermark
    private let log: Log
    private let onEvent: @Sendable (TapeEvent) -> Void
    private let current = Mutex(PublishStatus())
    private let isStopping = Atomic<Bool>(false)
    private let deadline = Atomic<Int64>(.max)
    private let ended = DispatchSemaphore(value: 0)

    /// Makes a publisher that does nothing yet.
    ///
    /// - Parameters:
    ///   - configuration: where to and how.
    ///   - folder: where the tapes are.
    ///   - header: the present stream's header.
    ///   - feed: frames as they are stored.
    ///   - log: warnings.
    ///   - onEvent: takes events for the tape; on the publisher's thread.
    /// - Throws: `KafkaError` for settings that cannot be.
    init(
        configuration: PublishConfiguration, folder: TapeFolder, header: TapeHeader, feed: PublishFeed, log: Log,
        onEvent: @escaping @Sendable (TapeEvent) -> Void
    ) throws(KafkaError) {
        try configuration.kafka.validate(for: .producer)
        self.configuration = configuration
        self.folder = folder
        self.header = header
        self.feed = feed
        self.log = log
        self.onEvent = onEvent
        watermark = PublishWatermark(
            folder: folder.folder, name: folder.name, topic: configuration.topic, form: configuration.form)
    }

    /// How it stands.
    var status: PublishStatus {
        var status = current.withLock { $0 }
        status.queuedBytes = feed.bytes
        status.backlogLines = max(0, feed.lastOffered - status.watermark)
        return status
    }

    /// Starts the thread.
    ///
    /// - Parameter left: where an earlier run's watermark stands.
    func start(after left: PublishingPort.Watermark?) {
        // From the first line on a crash must find a place to go on from.
        if left == nil { save(PublishingPort.Watermark(stream: header.stream, sequence: 0)) }
        let thread = Thread { [self] in
            run(after: left)
            ended.signal()
        }
        thread.name = "publish"
        thread.start()
    }

    /// Publishes what is left, for at most the configured time; blocks until the thread has ended.
    func finish() {
        deadline.store(SystemClocks.monotonic() + configuration.drainTimeout.nanoseconds, ordering: .releasing)
        isStopping.store(true, ordering: .releasing)
        feed.stir()
        ended.wait()
    }

    // MARK: - The publisher's thread

    /// What the thread works with between two errors.
    private final class Work {
        var monitor = PublishMonitor()
        var place = TapeTail.Place(sequence: 0, segment: 0)
        var rest: [PublishingPort.Watermark] = []
        var isReadingTape = false
        var nextSave: Int64 = 0
        var saved: PublishingPort.Watermark?
        var acknowledgedBefore = 0
    }

    private var givesUp: Bool { SystemClocks.monotonic() >= deadline.load(ordering: .acquiring) }

    private func run(after left: PublishingPort.Watermark?) {
        let work = Work()
        work.rest = rest(after: left)
        var delay: Int64 = 10
        while !givesUp {
            do {
                try contact()
                if givesUp { break }
                try publish(work)
                return
            } catch {
                current.withLock {
                    $0.failures += 1
                    $0.lastError = "\(error)"
                    $0.isReadingTape = true
                }
                feed.bypass()
                log.say(.error, "publish-failed", ["reason": .string("\(error)"), "retrySeconds": .int(delay)])
                if isStopping.load(ordering: .acquiring) { break }
                pause(seconds: delay)
                delay = min(600, delay * 2)
            }
        }
    }

    /// Streams that an earlier run did not publish to their end, oldest first.
    private func rest(after left: PublishingPort.Watermark?) -> [PublishingPort.Watermark] {
        guard let left, left.stream != header.stream else { return [] }
        return folder.streams().filter { $0 >= left.stream && $0 != header.stream }.map {
            PublishingPort.Watermark(stream: $0, sequence: $0 == left.stream ? left.sequence : 0)
        }
    }

    /// Waits until broker and topic are there; makes the topic if it may.
    private func contact() throws(KafkaError) {
        let admin = try KafkaAdmin(configuration: configuration.kafka)
        let place = "topic \(configuration.topic) on \(configuration.kafka.brokers)"
        while !givesUp {
            var problem: String
            do throws(KafkaError) {
                if try admin.partitions(of: configuration.topic, within: .seconds(2)) != nil { break }
                guard let partitions = configuration.partitions else {
                    problem = "the topic does not exist: create it, or add --partitions N"
                    wait(for: place, problem)
                    continue
                }
                try admin.createTopic(configuration.topic, partitions: partitions, within: .seconds(5))
                break
            } catch {
                problem = "\(error)"
            }
            wait(for: place, problem)
        }
        current.withLock {
            $0.hasContact = true
            $0.lastError = nil
        }
    }

    private func wait(for place: String, _ problem: String) {
        current.withLock { $0.lastError = problem }
        log.say(.warning, "broker-away", ["place": .string(place), "reason": .string(problem)])
        pause(seconds: 5)
    }

    private func pause(seconds: Int64) {
        let end = SystemClocks.monotonic() + seconds * SessionRules.second
        while SystemClocks.monotonic() < end, !isStopping.load(ordering: .acquiring) { usleep(50_000) }
    }

    private func publish(_ work: Work) throws {
        let port = try PublishingPort(
            kafka: configuration.kafka, topic: configuration.topic, form: configuration.form, log: log,
            givesUp: { [self] in givesUp }, onTick: { [self] port in tick(port, work) })
        work.acknowledgedBefore = current.withLock { $0.acknowledged }
        do {
            try publishRest(port, work)
            try follow(port, work)
            if try port.flush() { tick(port, work) }
            settle(port, work)
        } catch {
            settle(port, work)
            throw error
        }
    }

    /// Publishes what earlier runs left, before anything new.
    private func publishRest(_ port: PublishingPort, _ work: Work) throws {
        while let left = work.rest.first, !givesUp {
            work.isReadingTape = true
            tick(port, work)
            var earlier = header
            earlier.stream = left.stream
            var tail = TapeTail(folder: folder, header: earlier)
            let start = TapeTail.Place(sequence: left.sequence, segment: 0)
            let reached = try tail.read(after: start, upTo: nil) { batch in
                try port.publish(batch)
                // Kept current, so that an error goes on from here.
                if let mark = port.watermark, mark.stream == left.stream { work.rest[0].sequence = mark.sequence }
                return !givesUp
            }
            count(tail)
            guard !givesUp else { return }
            guard try port.flush() else { return }
            log.say(
                .info, "published-rest",
                ["stream": .string(left.stream), "from": .int(left.sequence + 1), "to": .int(reached.sequence)])
            work.rest.removeFirst()
        }
    }

    private func follow(_ port: PublishingPort, _ work: Work) throws {
        while !givesUp {
            switch feed.take() {
            case .batch(let batch):
                guard let last = batch.lines.last else { continue }
                // After a turn to the tape the first ones in memory may have been read there.
                guard last.sequence > work.place.sequence else { continue }
                work.isReadingTape = false
                try port.publish(batch)
                work.place = TapeTail.Place(sequence: last.sequence, segment: last.segment ?? 0)
            case .empty:
                work.isReadingTape = false
                if isStopping.load(ordering: .acquiring) { return }
                try port.attend()
                feed.wait(milliseconds: port.outstanding > 0 ? 10 : 100)
                try port.attend()
                tick(port, work)
            case .overflowed:
                work.isReadingTape = true
                tick(port, work)
                let end = feed.resume()
                var tail = TapeTail(folder: folder, header: header)
                work.place = try tail.read(after: work.place, upTo: end) { batch in
                    try port.publish(batch)
                    return !givesUp
                }
                count(tail)
            }
        }
    }

    private func count(_ tail: TapeTail) {
        guard tail.lostLines > 0 else { return }
        current.withLock { $0.lostLines += tail.lostLines }
        log.say(
            .error, "publish-lost",
            ["lines": .int(tail.lostLines), "reason": .string(tail.firstFault ?? "the tape no longer holds them")])
    }

    /// Tells how it stands; about ten times a second while anything happens.
    private func tick(_ port: PublishingPort, _ work: Work) {
        let now = SystemClocks.monotonic()
        let event = work.monitor.note(
            outstanding: port.outstanding, acknowledged: port.acknowledged, isReadingTape: work.isReadingTape, at: now)
        let mark = port.watermark
        current.withLock { status in
            status.acknowledged = work.acknowledgedBefore + port.acknowledged
            status.outstanding = port.outstanding
            status.isReadingTape = work.isReadingTape
            status.isBehind = work.monitor.isBehind
            if case .publishBehind = event { status.timesBehind += 1 }
            if let mark, mark.stream == header.stream { status.watermark = mark.sequence }
        }
        if let event {
            // The tape first: whoever reads the log may stop the recording at once.
            onEvent(event)
            switch event {
            case .publishBehind(let records): log.say(.warning, "publish-behind", ["records": .int(records)])
            case .publishResumed(let records): log.say(.info, "publish-resumed", ["records": .int(records)])
            default: break
            }
        }
        guard now >= work.nextSave, let mark, mark != work.saved else { return }
        work.nextSave = now + SessionRules.second
        save(mark)
        work.saved = mark
    }

    /// Saves the place, and takes it as the one to go on from after an error.
    private func settle(_ port: PublishingPort, _ work: Work) {
        guard let mark = port.watermark else { return }
        save(mark)
        guard mark.stream == header.stream else { return }
        current.withLock {
            $0.watermark = mark.sequence
            $0.acknowledged = work.acknowledgedBefore + port.acknowledged
            $0.outstanding = port.outstanding
        }
        work.place = TapeTail.Place(sequence: mark.sequence, segment: feed.segment(at: mark.sequence))
    }

    private func save(_ mark: PublishingPort.Watermark) {
        guard let reason = watermark.save(mark) else { return }
        log.say(.error, "watermark-not-saved", ["path": .string(watermark.path), "reason": .string(reason)])
    }
}
