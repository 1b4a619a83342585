import Diagnostics
import JSONText
import Kafka
import Synchronization
import Tape

/// Publishes tapes to Kafka.
///
/// ``run()`` blocks its thread, which is the one that waits for deadlines: give it one of its own. ``stop()`` and
/// ``send(_:)`` may come from any other.
public final class ReplaySession: Sendable {
    let configuration: ReplayConfiguration
    let log: Log
    let time: any ReplayTimeSource
    let progress: @Sendable (ReplayProgress) -> Void
    let inbox: ControlInbox
    let current = Mutex(ReplayStatus())
    let isStopRequested = Atomic<Bool>(false)

    /// Makes a session; nothing is opened or connected yet.
    ///
    /// - Parameters:
    ///   - configuration: what to replay.
    ///   - log: warnings, and librdkafka's lines at level debug.
    ///   - time: where time comes from.
    ///   - progress: called about ten times a second on the thread of ``run()``; must be quick.
    public init(
        configuration: ReplayConfiguration, log: Log = .silent, time: any ReplayTimeSource = SystemTimeSource(),
        progress: @escaping @Sendable (ReplayProgress) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.log = log
        self.time = time
        self.progress = progress
        inbox = ControlInbox { time.wake() }
    }

    /// Ends the play at the next record, then waits for acknowledgements; ``run()`` returns its report.
    ///
    /// Any thread, not from a signal handler.
    public func stop() {
        isStopRequested.store(true, ordering: .sequentiallyConsistent)
        time.wake()
    }

    /// Sends a command; it takes effect before the next record.
    ///
    /// Any thread.
    ///
    /// - Returns: false if more commands wait than anyone means.
    @discardableResult
    public func send(_ command: ReplayControl) -> Bool { inbox.send(command) }

    /// Where it stands; at most a tenth of a second old.
    public var status: ReplayStatus { current.withLock { $0 } }

    /// Plays the tapes to their end.
    ///
    /// - Returns: what was done; ``ReplayReport/hasLoss`` tells whether all of it arrived.
    /// - Throws: ``ReplayError``.
    public func run() throws(ReplayError) -> ReplayReport {
        try configuration.validate()
        let tapes = try openTapes()
        let topic = try prepareTopic()
        var plan = try makePlan(tapes)
        plan.roundTrip = topic.roundTrip
        if let group = configuration.waitGroup, !(try awaitMember(of: group)) { throw .stopped }
        let sink: KafkaSink
        do throws(KafkaError) {
            sink = try KafkaSink(configuration: configuration.kafka, topic: configuration.topic, log: kafkaLog)
        } catch {
            throw .kafka(error)
        }
        return try play(plan, into: sink, partitions: topic.partitions)
    }

    private func openTapes() throws(ReplayError) -> Tapes {
        do throws(TapeError) { return try Tapes(configuration) } catch { throw .tape(error) }
    }

    /// Joins the tapes with what a checkpoint says.
    func makePlan(_ tapes: Tapes) throws(ReplayError) -> ReplayPlan {
        guard configuration.publishedStream == nil || tapes.streams.count <= 1 else {
            throw .badOption(
                name: "--stream", given: configuration.publishedStream ?? "",
                accepted: "one stream: \(tapes.streams.count) under one id would mix their identities")
        }
        var plan = ReplayPlan(tapes: tapes)
        plan.naming.override = configuration.publishedStream
        plan.naming.keepsName = configuration.sameStream
        if let shift = configuration.shift {
            plan.naming.shift = shift.constant(from: try tapes.firstFrame(), now: time.wallNow())
        }
        if let path = configuration.checkpoint { try plan.resume(from: path, configuration) }
        for stream in tapes.streams {
            let name = plan.naming.name(of: stream, lap: max(configuration.laps, configuration.laps == 0 ? 999_999 : 1))
            guard TapeHeader.isStreamIdentifier(name) else {
                throw .badOption(
                    name: "stream", given: name, accepted: "ids of at most 64 bytes: give a shorter one with --stream")
            }
        }
        return plan
    }

    // MARK: - Kafka

    /// Finds the topic, or makes it; tells how many partitions it has, and how long the broker takes to answer.
    private func prepareTopic() throws(ReplayError) -> (partitions: Int, roundTrip: Duration) {
        do throws(KafkaError) {
            let admin = try KafkaAdmin(configuration: configuration.kafka, log: kafkaLog)
            let timeout = configuration.contactTimeout
            var partitions = try admin.partitions(of: configuration.topic, within: timeout)
            if partitions == nil, let wanted = configuration.partitions {
                partitions = try admin.createTopic(configuration.topic, partitions: wanted, within: timeout)
            }
            if let partitions {
                // Asked once more, since the first time it had to connect as well.
                let start = ContinuousClock.now
                _ = try admin.partitions(of: configuration.topic, within: timeout)
                return (partitions, .now - start)
            }
        } catch {
            throw .kafka(error)
        }
        throw .missingTopic(configuration.topic, brokers: configuration.kafka.brokers)
    }

    var kafkaLog: KafkaLogHandler {
        { [log] line in
            log.say(.debug, "librdkafka", ["facility": .string(line.facility), "text": .string(line.text)])
        }
    }
}
